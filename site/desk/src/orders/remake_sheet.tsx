// Printed lines once more, for nothing: the lab's fault.
import { useState } from 'preact/hooks';
import { Dialog } from '../../../src/interface/dialog';
import { post } from '../api';
import { useAction } from '../parts/action';
import { Problem } from '../parts/said';
import { person } from '../person';
import type { Line, ShownOrder } from '../types';

export const isPrinted = (shown: ShownOrder, line: Line): boolean => {
  const { stage } = shown.signed[line.no] ?? line.status;
  return (stage === 'printed' || stage === 'shipped') && (line.status.stage === 'printed' || line.status.stage === 'shipped');
};

export function RemakeSheet({ shown, onClose }: { shown: ShownOrder; onClose: () => void }) {
  const lines = shown.order.lines.filter((line) => isPrinted(shown, line));
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set(lines.length === 1 ? lines.map((l) => l.no) : []));
  const [reason, setReason] = useState('');
  const action = useAction();
  const missing = chosen.size === 0 || reason.trim() === '';
  const flip = (no: number) => setChosen((before) => new Set(before.has(no) ? [...before].filter((n) => n !== no) : [...before, no]));
  return (
    <Dialog title="Make again" class="small ask" onClose={onClose}>
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          if (missing) return;
          const ask = { lines: [...chosen], reason: reason.trim(), by: person.get(), revision: shown.order.revision };
          if (await action.run(() => post(`/api/orders/${shown.number}/remake`, ask))) onClose();
        }}
      >
        <p>The lab prints these lines once more, for nothing. For further copies that are paid, sell the order again.</p>
        <fieldset class="choices">
          <legend>Lines</legend>
          {lines.map((line) => (
            <label key={line.no}>
              <input type="checkbox" checked={chosen.has(line.no)} onChange={() => flip(line.no)} />
              {line.quantity} × {line.product_name}, {line.nodes.map((n) => n.file_name).join(', ')}
            </label>
          ))}
        </fieldset>
        <label class="ask-field">
          <span>What is wrong with them</span>
          <textarea rows={2} maxLength={300} value={reason} onInput={(e) => setReason(e.currentTarget.value)} />
        </label>
        {action.error && <Problem error={action.error} />}
        <div class="row end">
          <button type="button" class="button quiet" onClick={onClose}>
            Go back
          </button>
          <button type="submit" class="button" aria-disabled={missing || action.busy}>
            Make again
          </button>
        </div>
      </form>
    </Dialog>
  );
}
