// Orders: those that wait for the studio first, then those on their way, then the rest.
import { useState } from 'preact/hooks';
import type { Said } from '../api';
import { useLive } from '../live';
import { Empty, Problem, Title } from '../parts/said';
import type { OrderRow } from '../types';
import { ago, count, price, stageWord } from '../words';
import { OrderView } from './order_view';
import { pileOf, type Pile } from './piles';

const PILES: { pile: Pile; name: string; none: string }[] = [
  { pile: 'waiting', name: 'Waiting', none: 'Nothing waits for you.' },
  { pile: 'going', name: 'At work', none: 'Nothing is being printed.' },
  { pile: 'done', name: 'Done', none: 'Nothing is finished yet.' },
];

export function OrdersScreen({ order }: { order: string | null }) {
  const { value, error } = useLive<Said<OrderRow>>('/api/orders');
  const rows = value?.results ?? [];
  const open = rows.find((r) => r.number === order);
  const [chosen, setPile] = useState<Pile | null>(null);
  const pile = chosen ?? (open ? pileOf(open) : 'waiting');
  const shown = rows.filter((row) => pileOf(row) === pile);
  const none = PILES.find((p) => p.pile === pile)?.none ?? '';
  return (
    <div class={order === null ? 'split' : 'split chosen'}>
      <section class="split-list" aria-label="Orders">
        <Title chosen={order !== null}>Orders</Title>
        <div class="tabs" role="group" aria-label="Which orders">
          {PILES.map(({ pile: p, name }) => {
            const n = rows.filter((row) => pileOf(row) === p).length;
            return (
              <button key={p} type="button" aria-pressed={p === pile} onClick={() => setPile(p)}>
                {name} <span class="tally">{n}</span>
              </button>
            );
          })}
        </div>
        {error && <Problem error={error} />}
        {value && shown.length === 0 && <p class="none">{none}</p>}
        <ul class="rows">
          {shown.map((row) => (
            <li key={row.order}>
              <OrderLink row={row} current={row.number === order} />
            </li>
          ))}
        </ul>
      </section>
      <section class="split-view" aria-label="Order">
        {order !== null ? (
          <OrderView key={order} number={order} rows={rows} />
        ) : (
          <Empty title={shown.length > 0 ? 'Choose an order' : none}>
            <p>{shown.length > 0 ? 'Look at every picture and its crop, then approve.' : 'A new order shows up here by itself.'}</p>
          </Empty>
        )}
      </section>
    </div>
  );
}

function OrderLink({ row, current }: { row: OrderRow; current: boolean }) {
  return (
    <a class="row-link" href={`/orders/${row.number}`} aria-current={current ? 'page' : undefined}>
      <span class="row-main">
        <strong>{row.customer_name}</strong>
        <span class="row-price">{price(row.total)}</span>
      </span>
      <span class="row-more">
        <span>
          {row.number} · {count(row.prints, 'print')}
        </span>
        <span>{ago(row.placed_at)}</span>
      </span>
      <span class="chips">
        {row.held && <span class="chip warn">on hold</span>}
        {row.state !== 'cancelled' && <span class={row.paid ? 'chip good' : 'chip'}>{row.paid ? 'paid' : 'not paid'}</span>}
        {row.state !== 'placed' && <span class="chip">{stageWord(row.stage)}</span>}
        {row.holds > 0 && <span class="chip warn">{count(row.holds, 'line')} on hold</span>}
        {row.state === 'placed' && row.waiting?.startsWith('low resolution') && <span class="chip warn">low resolution</span>}
      </span>
    </a>
  );
}
