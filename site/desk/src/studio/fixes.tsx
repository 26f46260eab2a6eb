// A finding with what to do about it: a button where the desk can do it, words where a person must.
import type { ComponentChildren } from 'preact';
import { post } from '../api';
import { useAction } from '../parts/action';
import { capital, Problem } from '../parts/said';
import type { Check, Studio } from '../types';

export function Finding({ check, studio }: { check: Check; studio: Studio | null }) {
  return (
    <li class={check.finding}>
      <strong>{capital(check.what)}</strong>
      {check.check === 'labs' && <span>Ask your lab for a pairing code; whoever set up this computer enters it once.</span>}
      {check.check !== 'labs' && check.fix && <span>{capital(plain(check.fix))}</span>}
      {check.check === 'folder' && <Do label="Look again" at="/api/scan" />}
      {check.check === 'daemon' && studio && !studio.daemon_running && <span>Orders are shown here, but nothing is sent until the agent runs.</span>}
    </li>
  );
}

/** A command of the terminal, said for somebody who has none. */
const plain = (fix: string): string => (fix.startsWith('darkslide ') ? `For whoever looks after this computer: ${fix}` : fix);

export function Do({ label, at, body }: { label: ComponentChildren; at: string; body?: unknown }) {
  const action = useAction();
  return (
    <>
      <button type="button" class="button quiet small-button" aria-disabled={action.busy} onClick={() => action.run(() => post(at, body ?? {}))}>
        {action.busy ? 'One moment …' : label}
      </button>
      {action.error && <Problem error={action.error} />}
    </>
  );
}
