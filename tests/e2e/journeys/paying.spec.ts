// Paying online, as a customer meets it: the host's Stripe is a stand-in, everything else is real.
import { KEY, stripe, WEBHOOK } from '../stripe';
import { addPrint, arrive, expect, run, studio, test } from './host';

test('an order is paid on the provider’s page, and nothing is made before', async ({ browser, host }, info) => {
  test.skip(host.stripe === undefined, 'this host’s Stripe is not a stand-in');
  test.skip(info.project.name !== 'journeys-desk', 'the provider’s page is its own');
  let webhook = '';
  const provider = await stripe(host.stripe!, () => webhook);
  // A context of its own: leaving for the provider's page is not a complaint here.
  const context = await browser.newContext();
  try {
    const set = run(host.agent, ['payment', 'stripe', '--only'], process.env, `${KEY}\n${WEBHOOK}\n`);
    webhook = /"webhook_url"\s*:\s*"([^"]+)"/.exec(set)![1]!;
    expect(webhook).toContain(`${host.site}/api/order/stripe/`);
    await provider.pages(context);
    const page = await context.newPage();
    await arrive(page, host, host.code);
    await page.locator('.tile a').nth(2).click();
    await addPrint(page);
    await page.getByRole('button', { name: 'View cart' }).last().click();
    await page.getByRole('link', { name: 'Go to checkout' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Jonas Winter');
    await page.getByLabel('Phone').fill('040 7654321');
    const button = page.getByRole('button', { name: /^Place order · / });
    const minor = Number((await button.innerText()).replace(/\D/g, ''));
    await button.click();

    await expect(page.getByRole('heading', { name: `Pay ${minor} eur` })).toBeVisible();
    // Changed her mind: the order is there, unpaid, and can be paid later.
    await page.goBack();
    const [session] = [...provider.sessions.values()];
    await page.goto(session!.success_url);
    await expect(page.getByText('Not paid yet. Nothing is printed before.')).toBeVisible();
    const number = (await page.getByText(/^Order [0-9A-Z]{4}-[0-9A-Z]{4}$/).innerText()).replace('Order ', '');
    expect(refusal(() => studio(host, 'orders', 'approve', number))).toMatch(/\bpaid\b|\bpayment\b/i);
    await page.getByRole('button', { name: 'Pay now' }).click();
    await page.getByRole('button', { name: 'Pay', exact: true }).click();
    await page.getByRole('link', { name: 'Back to the shop' }).click();
    await expect(page.getByText('Paid', { exact: false }).first()).toBeVisible();
    await expect(page.getByRole('button', { name: 'Pay now' })).toHaveCount(0);
    expect([provider.told, provider.sessions.size]).toEqual([[200], 1]);
    await page.screenshot({ path: info.outputPath('paid.png'), fullPage: true });

    studio(host, 'orders', 'approve', number);
    await expect(page.getByText('Everything is printed')).toBeVisible({ timeout: 240_000 });
  } finally {
    studio(host, 'payment', 'stripe', '--remove');
    provider.close();
    await context.close();
  }
});

/** What a command that fails says of it. */
function refusal(command: () => string): string {
  try {
    return `it went through: ${command()}`.replace(/pa(id|yment)/gi, '');
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return stdout + stderr;
  }
}
