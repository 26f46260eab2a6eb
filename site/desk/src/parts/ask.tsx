// A small sheet that asks for a reason before something is done.
import { useState } from 'preact/hooks';
import { Dialog } from '../../../src/interface/dialog';
import { useAction } from './action';
import { Problem } from './said';

interface AskProps {
  title: string;
  text: string;
  label: string;
  yes: string;
  danger?: boolean;
  /** Whether an empty answer will do. */
  optional?: boolean;
  onClose: () => void;
  onYes: (answer: string) => Promise<unknown>;
}

export function Ask({ title, text, label, yes, danger = false, optional = false, onClose, onYes }: AskProps) {
  const [answer, setAnswer] = useState('');
  const action = useAction();
  const missing = !optional && answer.trim() === '';
  return (
    <Dialog title={title} class="small ask" onClose={onClose}>
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          if (!missing && (await action.run(() => onYes(answer.trim())))) onClose();
        }}
      >
        <p>{text}</p>
        <label class="ask-field">
          <span>{label}</span>
          <textarea rows={3} maxLength={500} value={answer} onInput={(e) => setAnswer(e.currentTarget.value)} />
        </label>
        {action.error && <Problem error={action.error} />}
        <div class="row end">
          <button type="button" class="button quiet" onClick={onClose}>
            Go back
          </button>
          <button type="submit" class={danger ? 'button danger' : 'button'} aria-disabled={missing || action.busy}>
            {yes}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
