// Something that is done at the agent: one at a time, with its refusal shown where it was asked for.
import { useState } from 'preact/hooks';
import { away, Trouble } from '../api';
import { lookAgain } from '../live';
import { noteTrouble } from '../session';

export interface Action {
  busy: boolean;
  error: Trouble | null;
  run: (work: () => Promise<unknown>) => Promise<boolean>;
  clear: () => void;
}

export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Trouble | null>(null);
  const run = async (work: () => Promise<unknown>) => {
    if (busy) return false;
    setBusy(true);
    setError(null);
    try {
      await work();
      return true;
    } catch (e) {
      noteTrouble(e);
      setError(e instanceof Trouble ? e : away());
      return false;
    } finally {
      setBusy(false);
      lookAgain();
    }
  };
  return { busy, error, run, clear: () => setError(null) };
}
