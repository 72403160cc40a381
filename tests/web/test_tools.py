#!/usr/bin/env python3
"""What tools/catalogue and tools/embed make of texts, style sheets and names."""
import importlib.machinery, importlib.util, os, re, subprocess, sys, tempfile, unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.dont_write_bytecode = True


def tool(name):
    loader = importlib.machinery.SourceFileLoader(name, os.path.join(ROOT, 'tools', name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


catalogue, embed = tool('catalogue'), tool('embed')


def seen(text):
    """Spaces made visible: _ wide, ~ narrow."""
    return text.replace('\u00a0', '_').replace('\u202f', '~')


class French(unittest.TestCase):
    def case(self, written, expected, c_format=False):
        made = catalogue.french(written, c_format)
        self.assertEqual(seen(made), expected)
        self.assertEqual(catalogue.french(made, c_format), made, 'twice is as once')

    def test_marks(self):
        self.case('Oui ; non ! Vraiment ?', 'Oui~; non~! Vraiment~?')
        self.case('Nom : Dupont', 'Nom_: Dupont')
        self.case('Un « mot » ici', 'Un «_mot_» ici')
        self.case('Un «mot» ici', 'Un «_mot_» ici')
        self.case('« Quoi ? »', '«_Quoi~?_»')
        self.case('50 % de 12 €', '50_% de 12_€')
        self.case('50% et 12€', '50_% et 12_€')

    def test_forgotten_spaces(self):
        self.case('Oui! Non?', 'Oui~! Non~?')
        self.case('Quoi?! Bien ?!', 'Quoi~?! Bien~?!')
        self.case('Nom:', 'Nom_:')
        self.case('(vraiment?)', '(vraiment~?)')
        self.case('à 18:40, ?', 'à 18:40,~?')

    def test_numbers_and_times(self):
        self.case('24 310 messages, 1 234 567 vues', '24~310 messages, 1~234~567 vues')
        self.case('de 18:40 à 19:05', 'de 18:40 à 19:05')
        self.case('en 2024 100 messages', 'en 2024 100 messages')
        self.case('5 1000', '5 1000')
        self.case('3,5 100', '3,5 100')

    def test_apostrophes(self):
        self.case("l'heure d'hier, aujourd'hui", 'l’heure d’hier, aujourd’hui')
        self.case("l'{{name}} d'<b>or</b>", 'l’{{name}} d’<b>or</b>')
        self.case("'%s'", "'%s'", True)

    def test_what_is_left_alone(self):
        self.case('<a href="/x?a=1;b" title=\'l\'>Voir : x</a>', '<a href="/x?a=1;b" title=\'l\'>Voir_: x</a>')
        self.case('{{#a ! b}}{{count}} messages ; {{{x ; y}}}', '{{#a ! b}}{{count}} messages~; {{{x ; y}}}')
        self.case('Voir http://a.example/x?y=1;z:2 : ici', 'Voir http://a.example/x?y=1;z:2_: ici')
        self.case('Voir https://a.example/x ?', 'Voir https://a.example/x~?')
        self.case('Levain &amp; Co &#39; ; fin', 'Levain &amp; Co &#39;~; fin')
        self.case('a;b x?y', 'a;b x?y')
        self.case('{{h}}:{{m}}', '{{h}}:{{m}}')
        self.case('{n} : {m} %', '{n}_: {m}_%')

    def test_directives(self):
        self.case('%d %% de %s ; %.*s : %1$s !', '%d_%% de %s~; %.*s_: %1$s~!', True)
        self.case('100 %s', '100 %s', True)
        self.case('100 %s', '100_%s', False)
        self.case("l'%s", 'l’%s', True)


class Catalogue(unittest.TestCase):
    def test_templates(self):
        entries = catalogue.from_template('{{! {{#_}}not{{/_}}\n<a>{{#_}}One\n  two {{x}}{{/_}}</a>\n{{#_n.a.b}}{{n}} x | {{n}} xs{{/_n.a.b}}', 't')
        # The comment ends at its first closing tag, as in the engine.
        self.assertEqual([(e.msgid, e.plural, e.references) for e in entries if e.msgid != 'not'],
                         [('One two {{x}}', None, ['t:2']), ('{{n}} x', '{{n}} xs', ['t:4'])])
        with self.assertRaises(catalogue.Trouble):
            catalogue.from_template('{{#_n.a}}one{{/_n.a}}', 't')

    def test_po(self):
        text = '#: a:1\n#, fuzzy, c-format\nmsgid ""\n"a\\n"\n"\\"b\\""\nmsgstr "c"\nmsgid "x"\nmsgid_plural "y"\nmsgstr[0] "1"\nmsgstr[1] "2"\n'
        entries = catalogue.parse_po(text, 'f')
        self.assertEqual([(e.msgid, e.plural, e.strings, e.flags) for e in entries],
                         [('a\n"b"', None, ['c'], {'fuzzy', 'c-format'}), ('x', 'y', ['1', '2'], set())])
        again = catalogue.parse_po('\n'.join(catalogue.format_entry(e) for e in entries), 'f')
        self.assertEqual([(e.key(), e.strings, e.flags) for e in entries], [(e.key(), e.strings, e.flags) for e in again])
        for broken in ('msgid "a', 'msgstr', '"a"', 'msgid "a"\nmsgid "b"'):
            with self.assertRaises(catalogue.Trouble):
                catalogue.parse_po(broken, 'f')

    def build(self, po):
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, 'fr.mo')
            catalogue.compile_mo(catalogue.parse_po(po, 'part.po'), 'fr', out)
            return subprocess.run(['msgunfmt', '--no-wrap', out], stdout=subprocess.PIPE, check=True).stdout.decode()

    def test_build(self):
        self.assertIn('msgstr "Oui\u202f; %d"', self.build('msgid "Yes; %d"\nmsgstr "Oui ; %d"\n'))

    def test_build_refuses(self):
        for po in ('msgid "a %d"\nmsgstr "a %s"\n', 'msgid "a %d %s"\nmsgstr "a %s %d"\n', 'msgid "a {{b}}"\nmsgstr "a {{c}}"\n',
                   'msgid "a"\nmsgid_plural "{{n}} b"\nmsgstr[0] "a"\nmsgstr[1] "{{m}} b"\n', 'msgid "{n}"\nmsgstr "n"\n'):
            with self.assertRaises(catalogue.Trouble) as caught:
                self.build(po)
            self.assertIn('part.po:1', str(caught.exception))


class Sheets(unittest.TestCase):
    def case(self, written, expected):
        self.assertEqual(embed.css_minified(written).rstrip('\n'), expected)
        self.assertEqual(embed.css_minified(expected).rstrip('\n'), expected)

    def test_space(self):
        self.case('a  >  b , c { color : red ; margin : 0  1px ; }\n', 'a > b,c{color :red;margin :0 1px}')
        self.case('a :hover { x: calc(1px + 2px) }', 'a :hover{x:calc(1px + 2px)}')
        self.case('@media (min-width: 3px) and (max-width: 9px) { a{b:c} }', '@media (min-width:3px) and (max-width:9px){a{b:c}}')
        self.case('a { --nothing: ; --b: {} }', 'a{--nothing: ;--b:{}}')
        self.case('a{grid-area: 1 / 2}', 'a{grid-area:1 / 2}')

    def test_comments(self):
        self.case('a/* x */{/* y */b:c;/* z */}/* end */', 'a{b:c}')
        self.case('a /* x */ b{}', 'a b{}')
        self.case('a/* x */.b{}', 'a/**/.b{}')
        self.case('/*! kept */a{}', '/*! kept */a{}')

    def test_strings_and_urls(self):
        self.case('a{content: "x  ;  /* y */"; b: url( data:x;y,z )}', 'a{content:"x  ;  /* y */";b:url( data:x;y,z )}')
        self.case("a{content: '\\'  ;'}", "a{content:'\\'  ;'}")
        for broken in ('a{b:"c', '/* a'):
            with self.assertRaises(embed.Trouble):
                embed.css_minified(broken)


class Embedding(unittest.TestCase):
    def run_over(self, files):
        with tempfile.TemporaryDirectory() as root:
            for path, text in files.items():
                os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
                with open(os.path.join(root, path), 'w') as file:
                    file.write(text)
            out = [os.path.join(root, name) for name in ('a.bin', 'a.S', 'a.c')]
            done = subprocess.run([sys.executable, os.path.join(ROOT, 'tools/embed'), '--root', root, '--depfile', os.path.join(root, 'd'),
                                   *out], stderr=subprocess.PIPE, text=True)
            if done.returncode:
                return done.stderr
            with open(out[0], 'rb') as blob, open(out[2]) as table, open(os.path.join(root, 'd')) as depfile:
                return blob.read(), table.read(), depfile.read().replace(root + '/', '')

    def test_all(self):
        blob, table, depfile = self.run_over({
            'src/ui/icons/star.svg': '<svg/>', 'src/ui/css/tokens.css': 'b { c: url("../icons/star.svg#x") }', 'src/ui/css/base.css': 'z{}',
            'src/page/inbox/inbox.css': 'page{}', 'src/page/inbox/list.mustache': '{{! /assets/none.svg }}<a href="/assets/star.svg#a">',
            'src/ui/templates/layout.mustache': '<link href="/assets/parvis.css">', 'src/ui/js/a.js': 'a("/assets/star.svg")'})
        url = re.search(r'"(/assets/star\.[0-9a-f]{8}\.svg)"', table)[1]
        self.assertIn(f'b{{c:url({url}#x)}}\nz{{}}\npage{{}}'.encode(), blob)
        self.assertIn(f'<a href="{url}#a">'.encode(), blob)
        self.assertIn(f'a("{url}")'.encode(), blob)
        self.assertEqual(re.findall(r'^\t\{"([^"]+)"', table, re.M),
                         ['parvis.css', 'parvis.js', 'star.svg', 'templates/inbox/list.mustache', 'templates/layout.mustache'])
        for path in ('src/page', 'src/page/inbox', 'src/page/inbox/list.mustache', 'src/ui/templates', 'src/ui/css/base.css', 'src/ui/icons'):
            self.assertRegex(depfile, rf'(?m)(?:^|\s){re.escape(path)}(?:\s|$)')

    def test_complaints(self):
        self.assertIn('page.mustache:2: refers to /assets/none.svg, which does not exist', self.run_over({'src/ui/page.mustache': '\n/assets/none.svg'}))
        self.assertIn('must be written out', self.run_over({'src/ui/page.mustache': '<a href="/assets/{{x}}.svg">'}))
        self.assertIn('there is an asset templates/a.mustache already',
                      self.run_over({'src/ui/a.mustache': '', 'src/page/templates/a.mustache': ''}))
        self.assertIn('@import', self.run_over({'src/ui/css/a.css': '@import "b.css";'}))
        self.assertIn('import and export', self.run_over({'src/ui/js/a.js': 'import x from "y"'}))
        self.assertIn('refers to /assets/gone.woff2', self.run_over({'src/ui/css/a.css': 'a{b:url(../fonts/gone.woff2)}'}))


if __name__ == '__main__':
    unittest.main()
