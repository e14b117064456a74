// Looks at a page of `lake report`, or at one of the docs site by its http address, in headless Chromium: docs/report.md and
// CONTRIBUTING.md say how. Usage: node check_page.mjs PAGE [FOLDER]
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [page = 'report.html', folder = 'screenshots'] = process.argv.slice(2);
const address = new URL(/^https?:/.test(page) ? page : pathToFileURL(resolve(page)));
const chromiumPath = process.env.CHROMIUM || '/usr/bin/chromium';
const require = createRequire(pathToFileURL(resolve('package.json')));
let chromium, axe;
try {
  ({ chromium } = require('playwright-core'));
  axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
} catch {
  console.log('Skipped: npm install --no-save playwright-core axe-core');
  process.exit(0);
}
if (!existsSync(chromiumPath)) {
  console.log(`Skipped: there is no ${chromiumPath}. Set CHROMIUM.`);
  process.exit(0);
}
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
const faults = [];
const LONGEST = 2000; // milliseconds until a page is loaded
for (const colorScheme of ['light', 'dark']) {
  for (const width of [390, 1280]) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
    const tab = await context.newPage();
    const where = `${width} px, ${colorScheme}`;
    tab.on('console', (said) => faults.push(`${where}: console: ${said.text()}`));
    tab.on('pageerror', (error) => faults.push(`${where}: ${error}`));
    tab.on('request', (asked) => {
      if (!/^(file|data|blob):/.test(asked.url()) && new URL(asked.url()).origin !== address.origin) faults.push(`${where}: asks for ${asked.url()}`);
    });
    await tab.goto(address.href);
    const loaded = await tab.evaluate(() => performance.timing.loadEventEnd - performance.timing.navigationStart);
    if (loaded > LONGEST) faults.push(`${where}: loaded after ${loaded} ms, at most ${LONGEST} are allowed`);
    await tab.screenshot({ path: `${folder}/page-${width}-${colorScheme}.png` });
    await tab.evaluate(() => document.querySelectorAll('details').forEach((part) => { part.open = true; }));
    const wide = await tab.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) faults.push(`${where}: ${wide} px wide`);
    await tab.evaluate(axe);
    const { violations } = await tab.evaluate(() => window.axe.run());
    for (const { id, impact, nodes } of violations) faults.push(`${where}: axe: ${id} (${impact}): ${nodes[0].html.slice(0, 150)}`);
    await context.close();
  }
}
await browser.close();
for (const fault of faults) console.error(fault);
console.log(`${faults.length} faults. Screenshots are in ${folder}.`);
process.exit(faults.length ? 1 : 0);
