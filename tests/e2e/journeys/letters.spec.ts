// The letters of an order, from the host's outbox through SMTP to a customer who follows their link.
import { mailServer } from '../mail_server';
import { addPrint, arrive, expect, run, studio, test } from './host';

test('letters tell of an order placed, approved and shipped, and bring lost links back', async ({ page, browser, host }, info) => {
  test.skip(host.smtp === undefined, 'the mails of this host go elsewhere');
  test.skip(info.project.name !== 'journeys-desk', 'letters are the same for phones');
  const mail = await mailServer(host.smtp!);
  const letter = async (subject: RegExp, to = 'lina@example.org') => {
    const found = () => mail.letters.find((l) => l.to === to && subject.test(l.subject));
    await expect.poll(() => found()?.subject, { timeout: 90_000, message: `a letter ${subject} to ${to}` }).toMatch(subject);
    return found()!;
  };
  try {
    studio(host, 'mail', 'set', '--address', 'desk@example.org');
    await arrive(page, host, host.code);
    await page.locator('.tile a').first().click();
    await addPrint(page);
    await page.getByRole('button', { name: 'View cart' }).last().click();
    await page.getByRole('link', { name: 'Go to checkout' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Lina Sommer');
    await page.getByLabel('E-mail').fill('lina@example.org');
    await page.getByRole('button', { name: /^Place order · / }).click();
    await expect(page.getByRole('heading', { name: 'Thank you, Lina Sommer' })).toBeVisible();
    const status = page.url();
    const number = (await page.getByText(/^Order [0-9A-Z]{4}-[0-9A-Z]{4}$/).innerText()).replace('Order ', '');

    const received = await letter(/^Your order [0-9A-Z]{4}-/);
    expect(received.subject).toContain(number);
    expect(received.text).toContain('Lina Sommer');
    expect(received.text).toContain(status);
    expect((await letter(/order/i, 'desk@example.org')).text).not.toContain('/order/');

    // Whoever has the letter alone, on another device, sees the order.
    const elsewhere = await (await browser.newContext()).newPage();
    await elsewhere.goto(/^https?:\S+\/order\/\S+$/m.exec(received.text)![0]);
    await expect(elsewhere.getByRole('heading', { name: `Order ${number}` })).toBeVisible();

    // And whoever lost it asks for the link with the code of the card.
    await elsewhere.goto(`${host.site}/find`);
    await elsewhere.getByLabel('Access code').fill(host.code);
    await elsewhere.getByLabel('E-mail').fill('LINA@example.org');
    await elsewhere.getByRole('button', { name: 'Send me the links' }).click();
    await expect(elsewhere.getByText('If there are orders with LINA@example.org, their links are on their way.')).toBeVisible();
    expect((await letter(/^Your orders at/)).text).toContain(status);

    // The studio, asked on the phone, has it too.
    expect(studio(host, 'orders', 'show', number)).toContain(status);

    studio(host, 'orders', 'approve', number);
    await letter(/goes to the lab$/);
    await expect(page.getByText('Everything is printed')).toBeVisible({ timeout: 240_000 });
    run(host.receiver, ['ship', number, '--carrier', 'Post', '--tracking', 'RR123']);
    expect((await letter(/is on its way$/)).text).toContain('RR123');
    await elsewhere.goto(status);
    await expect(elsewhere.getByText('RR123')).toBeVisible();
    await elsewhere.context().close();
  } finally {
    studio(host, 'mail', 'off');
    mail.close();
  }
});
