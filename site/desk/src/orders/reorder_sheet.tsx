// Sold again to the same customer: the same pictures at the prices of today. The agent's host says the total.
import { useEffect, useState } from 'preact/hooks';
import { Dialog } from '../../../src/interface/dialog';
import { notify } from '../../../src/interface/notice';
import { Stepper } from '../../../src/interface/stepper';
import { away, post, Trouble } from '../api';
import { useAction } from '../parts/action';
import { Problem } from '../parts/said';
import { person } from '../person';
import { go } from '../router';
import type { Line, Reordered, ShownOrder } from '../types';
import { destination, price } from '../words';

/** A line, or a package by its first one. */
export const isSold = (line: Line): boolean => line.package?.first ?? true;

const MOST = 999;

export function ReorderSheet({ shown, onClose }: { shown: ShownOrder; onClose: () => void }) {
  const { order, number } = shown;
  const sold = order.lines.filter(isSold);
  const [quantities, setQuantities] = useState<Record<number, number>>(() =>
    Object.fromEntries(sold.map((line) => [line.no, line.package?.quantity ?? line.quantity])),
  );
  const [pickUp, setPickUp] = useState(order.destination.kind === 'pick_up');
  const [key] = useState(() => crypto.randomUUID());
  const [quote, setQuote] = useState<Reordered | null>(null);
  const [refusal, setRefusal] = useState<Trouble | null>(null);
  const action = useAction();
  const none = Object.values(quantities).every((n) => n === 0);
  const ask = { quantities, pick_up: pickUp, by: person.get(), key };
  const at = `/api/orders/${number}/reorder`;

  useEffect(() => {
    let current = true;
    setQuote(null);
    setRefusal(null);
    if (none) return;
    // A moment, so that pressing “more” five times asks once.
    const timer = setTimeout(async () => {
      try {
        const priced = await post<Reordered>(at, { ...ask, total: null });
        if (current) setQuote(priced);
      } catch (e) {
        if (current) setRefusal(e instanceof Trouble ? e : away());
      }
    }, 250);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [JSON.stringify(quantities), pickUp]);

  const place = async () => {
    if (!quote) return;
    const placed = await post<{ number: string }>(at, { ...ask, total: quote.total });
    onClose();
    notify(`${placed.number} is placed and waits for approval`);
    go(`/orders/${placed.number}`);
  };
  return (
    <Dialog title="Sell again" class="small ask" onClose={onClose}>
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          if (quote && !none) await action.run(place);
        }}
      >
        <p>A new order for {order.customer.name}, at the prices of today and paid to the studio. The customer is told, if the studio sends mails.</p>
        <ul class="sold">
          {sold.map((line) => (
            <li key={line.no}>
              <span>
                {line.package?.name ?? line.product_name}
                <small class="soft">{line.nodes.map((n) => n.file_name).join(', ')}</small>
              </span>
              <Stepper
                label={`${line.package?.name ?? line.product_name}, line ${line.no}`}
                value={quantities[line.no] ?? 0}
                min={0}
                max={MOST}
                onChange={(n) => setQuantities((before) => ({ ...before, [line.no]: n }))}
              />
            </li>
          ))}
        </ul>
        {order.destination.kind !== 'pick_up' && (
          <fieldset class="choices">
            <legend>Goes to</legend>
            <label>
              <input type="radio" name="to" checked={!pickUp} onChange={() => setPickUp(false)} />
              {destination(order.destination)}
            </label>
            <label>
              <input type="radio" name="to" checked={pickUp} onChange={() => setPickUp(true)} />
              Picked up at the studio
            </label>
          </fieldset>
        )}
        <p class="sold-sum" role="status">
          {none ? 'Nothing is chosen.' : quote ? <Sum quote={quote} /> : refusal ? '' : 'Asking what it costs …'}
        </p>
        {(action.error ?? refusal) && <Problem error={(action.error ?? refusal)!} />}
        <div class="row end">
          <button type="button" class="button quiet" onClick={onClose}>
            Go back
          </button>
          <button type="submit" class="button" aria-disabled={none || !quote || action.busy}>
            {quote ? `Place it for ${price(quote.total)}` : 'Place it'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Sum({ quote }: { quote: Reordered }) {
  const { tax, late_fee } = quote.charges;
  const parts = [
    `${price(quote.subtotal)} for the pictures`,
    quote.shipping.minor !== 0 && `${price(quote.shipping)} shipping`,
    late_fee && `${price(late_fee)} late fee`,
    tax && `${price(tax.amount)} ${tax.name}${tax.inclusive ? ' included' : ''}`,
  ].filter(Boolean);
  return (
    <>
      <strong>{price(quote.total)}</strong> <span class="soft">({parts.join(', ')})</span>
    </>
  );
}
