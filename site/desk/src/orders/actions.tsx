// What may be done with an order now. Nothing here decides anything: the agent's commands do, and refuse.
import { useState } from 'preact/hooks';
import { notify } from '../../../src/interface/notice';
import { post } from '../api';
import { Ask } from '../parts/ask';
import { useAction } from '../parts/action';
import { Problem } from '../parts/said';
import { go } from '../router';
import type { ShownOrder } from '../types';

export function Actions({ shown, next }: { shown: ShownOrder; next: string | null }) {
  const { order, number } = shown;
  const action = useAction();
  const [asking, setAsking] = useState<'cancel' | null>(null);
  const at = `/api/orders/${number}`;
  const waits = order.state === 'placed';
  const approve = async () => {
    if (!(await action.run(() => post(`${at}/approve`, { revision: order.revision })))) return;
    notify(`${number} is on its way to the lab`);
    if (next) go(`/orders/${next}`);
  };
  return (
    <div class="actions">
      <div class="row">
        {waits && (
          <button type="button" class="button" aria-disabled={action.busy} onClick={approve}>
            Approve
          </button>
        )}
        {order.paid_at === null && order.state !== 'cancelled' && (
          <button type="button" class="button quiet" aria-disabled={action.busy} onClick={() => action.run(() => post(`${at}/mark-paid`))}>
            Mark as paid
          </button>
        )}
        {waits && (
          <button type="button" class="button quiet danger-text" onClick={() => setAsking('cancel')}>
            Cancel …
          </button>
        )}
      </div>
      {action.error && <Problem error={action.error} />}
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
