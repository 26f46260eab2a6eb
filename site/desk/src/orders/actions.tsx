// What may be done with an order now. Nothing here decides anything: the agent's commands do, and refuse.
import { useState } from 'preact/hooks';
import { notify } from '../../../src/interface/notice';
import { post } from '../api';
import { Ask } from '../parts/ask';
import { useAction } from '../parts/action';
import { Problem } from '../parts/said';
import { person } from '../person';
import { go } from '../router';
import type { Line, ShownOrder } from '../types';
import { RefundSheet } from './refund_sheet';
import { isPrinted, RemakeSheet } from './remake_sheet';
import { ReorderSheet } from './reorder_sheet';

/** What no lab makes, and the customer does not have yet. */
const isOwed = (line: Line): boolean =>
  (line.kind?.type === 'digital' || line.kind?.type === 'item') && line.status.stage !== 'shipped' && line.status.stage !== 'cancelled';

export function Actions({ shown, next }: { shown: ShownOrder; next: string | null }) {
  const { order, number } = shown;
  const action = useAction();
  const [asking, setAsking] = useState<'cancel' | 'hold' | 'remake' | 'reorder' | 'refund' | null>(null);
  const at = `/api/orders/${number}`;
  const hold = order.handling?.hold;
  const waits = order.state === 'placed';
  const approve = async () => {
    if (!(await action.run(() => post(`${at}/approve`, { revision: order.revision })))) return;
    notify(`${number} is on its way to the lab`);
    if (next) go(`/orders/${next}`);
  };
  return (
    <div class="actions">
      <div class="row">
        {waits && !hold && (
          <button type="button" class="button" aria-disabled={action.busy} onClick={approve}>
            Approve
          </button>
        )}
        {order.paid_at === null && order.state !== 'cancelled' && (
          <button type="button" class="button quiet" aria-disabled={action.busy} onClick={() => action.run(() => post(`${at}/mark-paid`))}>
            Mark as paid
          </button>
        )}
        {hold && (
          <button type="button" class="button" aria-disabled={action.busy} onClick={() => action.run(() => post(`${at}/hold`, { reason: null, by: person.get() }))}>
            Let it go on
          </button>
        )}
        {waits && !hold && (
          <button type="button" class="button quiet" onClick={() => setAsking('hold')}>
            Hold …
          </button>
        )}
        {order.state === 'approved' && order.lines.some(isOwed) && (
          <button type="button" class="button quiet" aria-disabled={action.busy} onClick={() => action.run(() => post(`${at}/delivered`))}>
            {order.lines.every(isOwed) ? 'Delivered' : 'Files and items delivered'}
          </button>
        )}
        {order.lines.some((line) => isPrinted(shown, line)) && (
          <button type="button" class="button quiet" onClick={() => setAsking('remake')}>
            Make again …
          </button>
        )}
        {!waits && (
          <button type="button" class="button quiet" onClick={() => setAsking('reorder')}>
            Sell again …
          </button>
        )}
        {order.paid_at !== null && (
          <button type="button" class="button quiet" onClick={() => setAsking('refund')}>
            Note a refund …
          </button>
        )}
        {waits && (
          <button type="button" class="button quiet danger-text" onClick={() => setAsking('cancel')}>
            Cancel …
          </button>
        )}
      </div>
      {action.error && <Problem error={action.error} />}
      {asking === 'hold' && (
        <Ask
          title={`Hold ${number}?`}
          text="Nobody and no rule approves it until somebody lets it go on. The customer sees that the studio is looking at it."
          label="Why it waits"
          yes="Hold the order"
          onClose={() => setAsking(null)}
          onYes={(reason) => post(`${at}/hold`, { reason, by: person.get() })}
        />
      )}
      {asking === 'remake' && <RemakeSheet shown={shown} onClose={() => setAsking(null)} />}
      {asking === 'reorder' && <ReorderSheet shown={shown} onClose={() => setAsking(null)} />}
      {asking === 'refund' && <RefundSheet shown={shown} onClose={() => setAsking(null)} />}
      {asking === 'cancel' && (
        <Ask
          title={`Cancel ${number}?`}
          text="The customer sees that the order is cancelled, and why. It cannot be taken back."
          label="Reason for the customer"
          yes="Cancel the order"
          danger
          optional
          onClose={() => setAsking(null)}
          onYes={(reason) => post(`${at}/cancel`, { reason })}
        />
      )}
    </div>
  );
}
