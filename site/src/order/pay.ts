// Leaving for the payment page of the studio's provider. It is the host that knows its address.
import { payOrder } from '../api/order';

/** False: nothing to pay, or no page just now; the order's own page offers it again. */
export async function sendToPay(secret: string): Promise<boolean> {
  try {
    const { url } = await payOrder(secret);
    if (url === null || !url.startsWith('https://')) return false;
    location.assign(url);
    return true;
  } catch {
    return false;
  }
}
