// One order: who, what, every picture with its crop; and what the studio may do with it now.
import { Icon } from '../../../src/interface/icon';
import { useLive } from '../live';
import { Problem } from '../parts/said';
import type { Order, OrderRow, ShownOrder } from '../types';
import { count, destination, price, prints, stageWord, when } from '../words';
import { Actions } from './actions';
import { LineView } from './line_view';

export function OrderView({ number, rows }: { number: string; rows: OrderRow[] }) {
  const { value, error } = useLive<ShownOrder>(`/api/orders/${number}`);
  const next = rows.find((r) => r.state === 'placed' && r.number !== number);
  return (
    <article class="order">
      <a class="back-link" href="/orders">
        <Icon name="back" /> Orders
      </a>
      {error && <Problem error={error} />}
      {!value && !error && <p class="loading">Reading the order …</p>}
      {value && <Whole shown={value} next={next?.number ?? null} />}
    </article>
  );
}

function Whole({ shown, next }: { shown: ShownOrder; next: string | null }) {
  const { order } = shown;
  const reach = [order.customer.email, order.customer.phone].filter(Boolean).join(' · ');
  return (
    <>
      <header class="order-head">
        <div>
          <h1>{order.customer.name}</h1>
          <p class="soft">
            {shown.number} · {when(order.placed_at)}
            {reach !== '' && ` · ${reach}`}
          </p>
        </div>
        <div class="order-sum">
          <span class="order-total">{price(order.total)}</span>
          <span class={order.paid_at ? 'chip good' : 'chip'}>{order.paid_at ? `paid ${when(order.paid_at)}` : 'not paid'}</span>
        </div>
      </header>
      <dl class="facts">
        <div>
          <dt>Goes to</dt>
          <dd>{destination(order.destination)}</dd>
        </div>
        <div>
          <dt>Prints</dt>
          <dd>{count(prints(order), 'print')} in {count(order.lines.length, 'line')}</dd>
        </div>
        {order.note && (
          <div class="wide">
            <dt>The customer writes</dt>
            <dd>{order.note}</dd>
          </div>
        )}
        {shown.tracking.length > 0 && (
          <div>
            <dt>Shipped with</dt>
            <dd>{shown.tracking.join(', ')}</dd>
          </div>
        )}
      </dl>
      <Warnings shown={shown} />
      <Actions shown={shown} next={next} />
      <History order={order} />
      <ol class="lines">
        {order.lines.map((line) => (
          <li key={line.no}>
            <LineView shown={shown} line={line} />
          </li>
        ))}
      </ol>
    </>
  );
}

/** What the studio did with it: who, when, what. */
function History({ order }: { order: Order }) {
  const { adjustments = [], refunds = [], remakes = [] } = order.handling ?? {};
  const said: Record<string, string> = { picture: 'changed a picture or its crop', split: 'split', merge: 'joined' };
  const entries = [
    ...adjustments.map(({ adjustment: a }) => ({
      at: a.at,
      by: a.by,
      text: a.changes.map((c) => `${said[c.kind] ?? c.kind} (line ${c.line})`).join(', '),
    })),
    ...refunds.map(({ amount, note }) => ({ at: note.at, by: note.by, text: `gave ${price(amount)} back: ${note.text}` })),
    ...remakes.map(({ lines, note }) => ({ at: note.at, by: note.by, text: `had line ${lines.join(', ')} made again: ${note.text}` })),
  ].sort((a, b) => a.at - b.at);
  if (entries.length === 0) return null;
  return (
    <details class="history">
      <summary>{count(entries.length, 'change')} by the studio</summary>
      <ul>
        {entries.map((e) => (
          <li key={`${e.at}${e.text}`}>
            <span class="soft">{when(e.at)}</span> {e.by} {e.text}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Warnings({ shown }: { shown: ShownOrder }) {
  const { order } = shown;
  const notes: string[] = [];
  const { hold, cancel_reason, reorder_of } = order.handling ?? {};
  if (reorder_of) notes.push('The studio sold this again from an earlier order.');
  if (order.state === 'cancelled') notes.push(`Cancelled ${when(order.state_at)}${cancel_reason ? `: ${cancel_reason}` : '.'}`);
  if (order.settlement?.hold) notes.push(`Payment: ${order.settlement.hold}`);
  if (hold) notes.push(`On hold since ${when(hold.at)} (${hold.by}): ${hold.text}`);
  for (const words of Object.values(shown.mismatched ?? {})) notes.push(words);
  for (const doubt of shown.doubts) notes.push(`Not believed: ${doubt}`);
  if (order.state !== 'placed' && shown.waiting) notes.push(shown.waiting);
  for (const job of shown.jobs) {
    if (job.done || job.machine === shown.machine) continue;
    if (job.waiting) notes.push(`${job.machine_name}: ${job.waiting}`);
    else if (!job.acknowledged) notes.push(`${job.machine_name} has not taken the order over yet. Switch it on.`);
  }
  for (const line of order.lines) if (line.status.hold) notes.push(`Line ${line.no} (${stageWord(line.status.stage)}): ${line.status.hold}`);
  if (notes.length === 0) return null;
  return (
    <ul class="warnings">
      {notes.map((note) => (
        <li key={note}>
          <Icon name="warning" />
          <span>{note}</span>
        </li>
      ))}
    </ul>
  );
}
