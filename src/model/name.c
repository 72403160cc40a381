#include "model/name.h"

#include "base/utf8.h"

#include <unicode/uchar.h>

/* First words that nobody is called by alone; folded, between spaces. */
static const char formal[] =
	/* titles */ " m mm mr mrs ms miss mx sir dame lord lady dr dre pr prof me maitre mme mmes mlle mlles monsieur madame mademoiselle docteur professeur sœur soeur frere pere "
	"mere abbe sister brother father mother rev reverend capt sgt senor senora senorita sr sra srta don dona herr frau signor signora sig dott "
	/* articles */ "le la les l the el los las un une der die das il lo gli du de des "
	/* houses */ "association assoc asso club collectif comite mairie ville commune ecole lycee college universite societe ste sarl sas groupe groupement cafe bar "
	"restaurant hotel boulangerie epicerie librairie boutique magasin maison atelier atelier amicale federation syndicat office radio journal team equipe "
	"company school university city council museum musee shop store bakery ";

static bool has_letter(struct str text)
{
	while (text.len) {
		u32 code = utf8_next(&text);
		if (u_isalpha((UChar32)code))
			return true;
	}
	return false;
}

static bool is_formal(struct str word)
{
	CLEANUP(buf_free) struct buf folded = {};
	buf_addc(&folded, ' ');
	buf_add_folded(&folded, str_ends(word, S(".")) ? str_head(word, word.len - 1) : word);
	buf_addc(&folded, ' ');
	return str_find(str_of(formal), buf_str(&folded)) >= 0;
}

struct str name_first(struct str name)
{
	name = str_trim(name);
	if (!has_letter(name))
		return (struct str){};
	ptrdiff_t space = str_find_byte(name, ' ');
	struct str first = space > 0 ? str_head(name, (size_t)space) : name;
	return has_letter(first) && !is_formal(first) ? first : name;
}
