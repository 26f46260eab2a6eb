// Everything a price list can say, at the checkout: packages, files, codes, tax, school, paying online.
// @ts-expect-error: plain JavaScript without types.
import { EVERYTHING } from '../../../site/mock/gallery.mjs';
import { addPrint, expect, GALLERY, openGallery, test } from './mock';

test.beforeEach(({ mock }) => {
  mock.state.products = EVERYTHING;
});

test('a package takes a picture for each of its items, each in its own shape', async ({ page, mock }) => {
  await openGallery(page, mock.address);
  await page.locator('.tile a').nth(1).click();
  await page.getByRole('button', { name: 'Order prints' }).click();
  await page.getByRole('radio', { name: /Package A/ }).check();
  const slots = page.getByRole('group', { name: 'Set of 3 pictures' });
  await expect(slots.getByRole('button', { name: /Picture \d of 3/ })).toHaveCount(3);
  const ratio = async () => {
    const box = (await page.locator('.crop-frame').boundingBox())!;
    return Math.max(box.width, box.height) / Math.min(box.width, box.height);
  };
  expect(await ratio()).toBeCloseTo(1.25, 1);
  await slots.getByRole('button', { name: /Picture 2 of 3: Small print/ }).click();
  await expect.poll(ratio).toBeCloseTo(1.5, 1);
  await page.screenshot({ path: test.info().outputPath('package.png') });
  await page.getByRole('button', { name: /Add to cart · €59/ }).click();
  await expect(page.getByText('In your cart')).toBeVisible();
  const [line] = mock.state.cart.lines;
  expect(line.nodes.map((n: { crop: { aspect: number[] } }) => n.crop.aspect)).toEqual([[8, 10], [4, 6], [5, 7]].map((a) => expect.arrayContaining(a)));
});

test('codes, tax, late fee and the smallest order are shown before anybody pays', async ({ page, mock }) => {
  await openGallery(page, mock.address);
  await addPrint(page);
  await page.goto(`${mock.address}/g/${GALLERY}/cart`);
  await expect(page.getByText('Prices include 19% MwSt.')).toBeVisible();
  await expect(page.getByText('Smallest order: €10.00')).toBeVisible();
  await expect(page.getByText(/an order costs €5.00 more/)).toBeVisible();
  await page.getByRole('link', { name: 'Go to checkout' }).click();
  const code = page.getByRole('textbox', { name: /Discount or prepaid code/ });
  await code.fill('nonsense');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByText('is not a code of this studio.')).toBeVisible();
  await code.fill('spring');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByText('−€1.80').or(page.getByText('-€1.80'))).toBeVisible();
  await code.fill('PAY-2222-3333-4444');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByText('Your code pays for this order.')).toBeVisible();
  // Nothing is left to pay, and the button asks for nothing.
  await expect(page.locator('button[type=submit]')).toHaveText('Place order');
  await expect(page.getByText('includes 19% MwSt.')).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('checkout.png'), fullPage: true });
});

test('delivery at school asks for the child, and an order to be paid online offers it again', async ({ page, mock }) => {
  await openGallery(page, mock.address);
  await addPrint(page);
  await page.goto(`${mock.address}/g/${GALLERY}/checkout`);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Zoë Muster');
  await page.getByRole('textbox', { name: 'E-mail' }).fill('zoe@example.org');
  await page.getByRole('radio', { name: /Deliver at school/ }).check();
  await page.getByRole('button', { name: /Place order/ }).click();
  await expect(page.getByText('Please look at the marked fields.')).toBeVisible();
  await page.getByRole('textbox', { name: 'School', exact: true }).fill('Gymnasium Nord');
  await page.getByRole('textbox', { name: 'Child’s name' }).fill('Mia');
  await page.screenshot({ path: test.info().outputPath('school.png'), fullPage: true });
  await page.getByRole('button', { name: /Place order/ }).click();
  await expect(page.getByText('Not paid yet. Nothing is printed before.')).toBeVisible();
  await page.getByRole('button', { name: 'Pay now' }).click();
  await expect(page.getByText('The payment page cannot be opened right now.')).toBeVisible();
  const [order] = [...mock.state.orders.values()];
  expect(order.view.destination).toEqual({ kind: 'ship_to_school', school: 'Gymnasium Nord', class: null, child: 'Mia' });
});

test('files need no address', async ({ page, mock }) => {
  await openGallery(page, mock.address);
  await page.locator('.tile a').nth(1).click();
  await page.getByRole('button', { name: 'Order prints' }).click();
  await page.getByRole('radio', { name: /Full-resolution file/ }).check();
  await expect(page.getByText('Private prints in any number; no publication.')).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('file.png') });
  await page.getByRole('button', { name: /Add to cart · €25/ }).click();
  await page.goto(`${mock.address}/g/${GALLERY}/checkout`);
  await expect(page.getByRole('button', { name: /Place order · €25/ })).toBeVisible();
  await expect(page.getByText('Ship to an address')).toHaveCount(0);
});
