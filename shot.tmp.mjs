import { chromium } from 'playwright-core';
const [,, link, out, width, dark, ...paths] = process.argv;
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
const c = await b.newContext({ viewport: { width: +width, height: width < 600 ? 844 : 900 }, colorScheme: dark === 'dark' ? 'dark' : 'light', storageState: undefined });
const p = await c.newPage();
await p.goto(link);
await Promise.all([p.waitForNavigation(), p.click('main button, form button')]); await p.context().storageState({path:'/tmp/state.json'});
const base = new URL(link).origin;
for (const path of paths) { await p.goto(base + path); await p.waitForTimeout(400); await p.screenshot({ path: `${out}/${path.replace(/[^a-z0-9]+/gi, '_')}_${width}_${dark}.png` }); }
await b.close();
