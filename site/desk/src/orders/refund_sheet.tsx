// A note that money went back. The money itself moves where it was paid.
import { useState } from 'preact/hooks';
import { Dialog } from '../../../src/interface/dialog';
import { post, Trouble } from '../api';
import { useAction } from '../parts/action';
import { Problem } from '../parts/said';
import { person } from '../person';
import type { ShownOrder } from '../types';
import { price } from '../words';
import { readAmount } from './amount';

export function RefundSheet({ shown, onClose }: { shown: ShownOrder; onClose: () => void }) {
  const { total } = shown.order;
  const [amount, setAmount] = useState('');
  const [text, setText] = useState('');
  const [at] = useState(() => Date.now());
  const action = useAction();
  const send = async () => {
    const minor = readAmount(amount, total.currency);
    if (minor === null) throw new Trouble(0, 'This is not an amount', null, 'Write it like 12.50');
    await post(`/api/orders/${shown.number}/refund-note`, { amount: { minor, currency: total.currency }, text: text.trim(), by: person.get(), at });
  };
  return (
    <Dialog title="Note a refund" class="small ask" onClose={onClose}>
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          if (await action.run(send)) onClose();
        }}
      >
        <p>This pays nothing back by itself: give the money back where it was paid, and note it here. The order cost {price(total)}.</p>
        <label class="ask-field">
          <span>Amount in {total.currency}</span>
          <input inputMode="decimal" value={amount} onInput={(e) => setAmount(e.currentTarget.value)} />
        </label>
        <label class="ask-field">
          <span>Why</span>
          <textarea rows={2} maxLength={500} value={text} onInput={(e) => setText(e.currentTarget.value)} />
        </label>
        {action.error && <Problem error={action.error} />}
        <div class="row end">
          <button type="button" class="button quiet" onClick={onClose}>
            Go back
          </button>
          <button type="submit" class="button" aria-disabled={action.busy || amount.trim() === ''}>
            Note it
          </button>
        </div>
      </form>
    </Dialog>
  );
}
