// Drives the chat page in headless Chromium.
//
//   node src/test/browser/chat.mjs BASE_URL SCREENSHOT_DIR [--question=TEXT]   a real server: asks, waits, takes pictures
//   node src/test/browser/chat.mjs --fake BASE_URL SCREENSHOT_DIR              the scripted server of ChatPageBrowserTest
//
// --chromium=PATH names the browser (default /usr/bin/chromium). playwright-core is looked for in target/browser
// (npm ci --prefix target/browser, after copying package.json, package-lock.json and .npmrc there).
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checks } from './checks.mjs';
import { ask, newPage, picture } from './driver.mjs';

const { options, words } = parse(process.argv.slice(2));
const [baseUrl, folder] = words;
if (!baseUrl || !folder) {
  console.error('usage: node chat.mjs [--fake] [--chromium=PATH] [--question=TEXT] BASE_URL SCREENSHOT_DIR');
  process.exit(2);
}
const modules = fileURLToPath(new URL('../../../target/browser/', import.meta.url));
const { chromium } = createRequire(resolve(modules, 'package.json'))('playwright-core');
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: options.chromium ?? '/usr/bin/chromium',
  args: [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
  ],
});
const world = { browser, baseUrl: new URL(baseUrl).href, folder, seed: Number(options.seed ?? 498_296) };
let failures = 0;
try {
  const [first, ...others] = options.fake ? checks(options.only) : [['realServerAnswers', askRealServer]];
  await run(first);
  // Most of a check is waiting, so a few go side by side.
  await Promise.all(Array.from({ length: 3 }, async () => {
    while (others.length) await run(others.shift());
  }));
} finally {
  await browser.close();
}
console.log('done');
process.exit(failures ? 1 : 0);

async function run([name, check]) {
  const startMillis = performance.now();
  try {
    await check(world);
    console.log(`ok\t${name}\t${Math.round(performance.now() - startMillis)} ms`);
  } catch (error) {
    failures++;
    console.log(`not ok\t${name}\t${String(error.stack ?? error).replaceAll('\n', '\\n')}`);
  }
}

/** One question to a real server, seen on a desk and on a phone, light and dark. */
async function askRealServer(real) {
  const question = options.question ?? 'Explain in a few sentences how a rainbow forms.';
  for (const [name, view] of [['desktop', {}], ['phone', { phone: true }]]) {
    const { page, close } = await newPage(real, { ...view, colorScheme: 'light' });
    await picture(real, page, `real-welcome-${name}`);
    await ask(page, question, { limitMillis: 180_000 });
    const answer = await page.locator('.answer').last().textContent();
    if (answer.trim().length < 2) throw new Error('the answer is empty');
    console.log(`${name}: ${await page.locator('.assistant .stats').last().textContent()}\n${answer}`);
    await picture(real, page, `real-${name}-light`);
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture(real, page, `real-${name}-dark`);
    await close();
  }
}

function parse(args) {
  const parsed = { options: {}, words: [] };
  for (const arg of args) {
    const option = /^--([a-z]+)(?:=(.*))?$/s.exec(arg);
    if (option) parsed.options[option[1]] = option[2] ?? true;
    else parsed.words.push(arg);
  }
  return parsed;
}
