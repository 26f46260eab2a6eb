// Some copies of a line as a line of their own, so that they can have another crop.
import { useState } from 'preact/hooks';
import { Dialog } from '../../../src/interface/dialog';
import { Stepper } from '../../../src/interface/stepper';
import { useAction } from '../parts/action';
import { Problem } from '../parts/said';
import type { Line, ShownOrder } from '../types';
import { count } from '../words';
import { adjust } from './changes';

export function SplitSheet({ shown, line, onClose }: { shown: ShownOrder; line: Line; onClose: () => void }) {
  const [copies, setCopies] = useState(1);
  const action = useAction();
  return (
    <Dialog title={`Split ${line.quantity} × ${line.product_name}`} class="small ask" onClose={onClose}>
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          if (await action.run(() => adjust(shown, { kind: 'split', line: line.no, copies }))) onClose();
        }}
      >
        <p>
          {count(copies, 'copy').replace('copys', 'copies')} become{copies === 1 ? 's' : ''} a line of {copies === 1 ? 'its' : 'their'} own. What the customer pays stays the same.
        </p>
        <Stepper label="Copies" value={copies} min={1} max={line.quantity - 1} onChange={setCopies} />
        {action.error && <Problem error={action.error} />}
        <div class="row end">
          <button type="button" class="button quiet" onClick={onClose}>
            Go back
          </button>
          <button type="submit" class="button" aria-disabled={action.busy}>
            Split
          </button>
        </div>
      </form>
    </Dialog>
  );
}
