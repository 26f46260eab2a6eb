// Orders that are delivered at school together: who gets what, slips and labels, and the release of all of them.
import { useState } from 'preact/hooks';
import { Confirm } from '../../../src/interface/dialog';
import { notify } from '../../../src/interface/notice';
import { post } from '../api';
import { useLive } from '../live';
import { useAction } from '../parts/action';
import { Problem } from '../parts/said';
import type { BatchBag, BatchChild, BatchReleased, BatchView, GalleryRow } from '../types';
import { count, price, stageWord, when } from '../words';

const named = (child: BatchChild): string => (child.class ? `${child.name} (${child.class})` : child.name);

export function Batch({ row }: { row: GalleryRow }) {
  const at = `/api/galleries/${row.gallery}/batch`;
  const { value: batch, error } = useLive<BatchView | null>(at);
  const action = useAction();
  const [asking, setAsking] = useState(false);
  const [prices, setPrices] = useState(false);
  const [behind, setBehind] = useState<BatchReleased['behind']>([]);
  if (error) return <Problem error={error} />;
  if (!batch) return null;
  const release = () =>
    action.run(async () => {
      const said = await post<BatchReleased>(`${at}/release`, { early: batch.collecting });
      setBehind(said.behind);
      notify(`${count(said.released, 'order')} released`);
    });
  return (
    <section class="block">
      <div class="row between">
        <h2>School batch</h2>
        <span class={batch.collecting ? 'chip' : 'chip good'}>{batch.collecting ? 'collecting' : 'complete'}</span>
      </div>
      <p class="soft">
        {count(batch.orders, 'order')} for {batch.school}
        {batch.until !== null && (batch.collecting ? `, collected until ${when(batch.until)}` : `; the last day was ${when(batch.until)}`)}
        {batch.home > 0 && `. ${count(batch.home, 'order')} of this gallery shipped home`}
      </p>
      {batch.to_release > 0 && (
        <div class="row">
          <button type="button" class="button" aria-disabled={action.busy} onClick={() => setAsking(true)}>
            {action.busy ? 'Releasing …' : `Release ${count(batch.to_release, 'order')} …`}
          </button>
        </div>
      )}
      {action.error && <Problem error={action.error} />}
      {behind.length > 0 && (
        <ul class="codes">
          {behind.map((order) => (
            <li key={order.order}>
              <a href={`/orders/${order.order}`}>{order.number}</a>
              <span class="code-who">stays behind: {order.why}</span>
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary>Who gets what</summary>
        <ul class="codes">
          {batch.bags.map((bag) => (
            <Bag key={bag.order} bag={bag} />
          ))}
        </ul>
      </details>
      <div class="tools">
        <a class="link" href={`${at}/labels.pdf`} download={`${row.name} labels.pdf`}>
          Print labels (PDF)
        </a>
        <a class="link" href={`${at}/slips.pdf?prices=${prices}`} download={`${row.name} slips.pdf`}>
          Print packing slips (PDF)
        </a>
        <label>
          <input type="checkbox" checked={prices} onChange={(e) => setPrices(e.currentTarget.checked)} /> with prices
        </label>
      </div>
      {asking && (
        <Confirm
          title={`Release ${count(batch.to_release, 'order')}?`}
          text={
            batch.collecting
              ? 'Orders are still collected. What is ordered later waits for the last day and goes as a delivery of its own.'
              : 'They go to the lab together, sorted by class and child. What is on hold stays behind.'
          }
          yes="Release them"
          no="Not yet"
          calm
          onNo={() => setAsking(false)}
          onYes={() => {
            setAsking(false);
            void release();
          }}
        />
      )}
    </section>
  );
}

function Bag({ bag }: { bag: BatchBag }) {
  const [child, ...others] = bag.children;
  return (
    <li>
      <span class="code-who">
        {child && named(child)}
        {others.length > 0 && ` with ${others.map(named).join(', ')}`}
      </span>
      <span class="soft">
        {count(bag.prints, 'print')} · {price(bag.total)}
        {bag.paid ? '' : ', not paid'} · {stageWord(bag.stage)}
      </span>
      <a href={`/orders/${bag.order}`}>{bag.number}</a>
    </li>
  );
}
