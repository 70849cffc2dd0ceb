// What a person does at the desk, in headless Chromium: read, ask why, move through time, watch silence decide, act.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(new URL('../../ui/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const [address, pictures] = process.argv.slice(2);

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
let passed = 0;
const step = async (name, run) => {
  await run();
  passed += 1;
  console.log(`ok  ${name}`);
};
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const faults = [];
  page.on('pageerror', (e) => faults.push(e.message));
  await page.goto(`${address}/?section=2.3`);

  await step('an open page turns to accepted by silence with no request made', async () => {
    await page.getByText('issued', { exact: true }).first().waitFor({ timeout: 8000 });
    await page.locator('article.document', { hasText: 'PO-8' }).getByText('accepted, by silence').waitFor({ timeout: 30000 });
  });
  await step('the page shows the clause tree, the section and the docket, and says that it is a sample', async () => {
    await page.getByRole('navigation', { name: 'Clauses' }).getByText('Purchase orders').waitFor();
    await page.getByRole('heading', { level: 2, name: /Purchase orders/ }).waitFor();
    assert.ok((await page.locator('.docket-row').count()) > 0);
    assert.match(await page.locator('.sample').innerText(), /6 January 2001/);
  });
  await step('the imported original stands beside the section, joined over its page break', async () => {
    await page.getByRole('button', { name: 'Original' }).click();
    await page.locator('.original').getByText('whoever sells them answers it within the week').waitFor();
    await page.screenshot({ path: `${pictures}/original.png` });
    await page.getByRole('button', { name: 'Original' }).click();
  });
  await step('why unfolds into the days that were counted and skipped', async () => {
    await page.locator('article.document', { hasText: 'PO-8' }).getByText('accepted, by silence').click();
    const why = page.getByRole('dialog', { name: 'Why' });
    await why.getByText('skipped, New Year').waitFor();
    await why.getByText('day 5').first().waitFor();
    await page.screenshot({ path: `${pictures}/why.png` });
    await why.getByRole('button', { name: 'Close' }).click();
  });
  await step('the date control moves the whole page through time', async () => {
    await page.getByLabel('As of').fill('2000-06-08');
    await page.getByText('The past: this is how it stood').waitFor();
    assert.match(page.url(), /as_of=2000-06-08/);
    await page.locator('article.document', { hasText: 'PO-2' }).getByText('issued', { exact: true }).waitFor();
    await page.screenshot({ path: `${pictures}/past.png` });
    await page.getByRole('button', { name: 'Back to today' }).click();
  });
  await step('a claim in dispute shows both outcomes', async () => {
    await page.goto(`${address}/?section=10.1.1&as_of=2000-09-25&known_at=2000-09-25`);
    const open = page.locator('.open-question');
    await open.filter({ hasText: 'as claimed' }).waitFor();
    await open.filter({ hasText: 'as denied' }).locator('summary').click();
    await open.getByText(/Allegiance to Lucent on Invoice\/INV-2: amount: none → 86000.00/).waitFor();
    await page.screenshot({ path: `${pictures}/disputed.png` });
    await page.goto(`${address}/?section=2.3`);
  });
  await step('an act is previewed before it is recorded: a void one says why', async () => {
    await page.getByRole('button', { name: 'Record an act' }).click();
    const form = page.getByRole('dialog', { name: 'Record an act' });
    await form.getByLabel('Act', { exact: true }).selectOption({ label: 'cancel' });
    await form.getByLabel('On', { exact: true }).selectOption({ index: 1 });
    await form.getByText(/This act would be void/).waitFor();
    await page.screenshot({ path: `${pictures}/preview.png` });
    await form.getByLabel('On', { exact: true }).selectOption({ label: 'PO-5 (accepted)' });
    await form.getByText(/This act would be effective/).waitFor();
    await form.getByText(/PO-5: stage: accepted → cancelled/).waitFor();
  });
  await step('recording it is durable and the page follows', async () => {
    const form = page.getByRole('dialog', { name: 'Record an act' });
    await form.getByRole('button', { name: 'Record it' }).click();
    await form.waitFor({ state: 'detached' });
    await page.goto(`${address}/?section=2.4.3`);
    await page.locator('article.document', { hasText: 'PO-5' }).getByText('cancelled', { exact: true }).first().waitFor();
  });
  await step('nothing stands in the way of a reader who cannot see the page', async () => {
    await page.addScriptTag({ content: readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8') }).catch(() => undefined);
    await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
    const found = await page.evaluate(async () => (await globalThis.axe.run()).violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => `${v.id}: ${v.nodes[0]?.html}`));
    assert.deepEqual(found, []);
  });
  await step('the page fits a telephone', async () => {
    await page.screenshot({ path: `${pictures}/desk.png` });
    await page.setViewportSize({ width: 360, height: 800 });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wider <= 0, `the page is ${wider} pixels wider than the screen`);
    await page.screenshot({ path: `${pictures}/desk-360.png` });
  });
  assert.deepEqual(faults, []);
} finally {
  await browser.close();
}
console.log(`${passed} passed, 0 failed`);
