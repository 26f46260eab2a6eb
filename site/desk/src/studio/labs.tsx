// Labs: what goes to each and how its files are made; and pairing with another one.
import { useState } from 'preact/hooks';
import { post, type Said } from '../api';
import { useLive } from '../live';
import { useAction } from '../parts/action';
import { Problem } from '../parts/said';
import type { LabSetup } from '../types';

export function Labs() {
  const { value, error } = useLive<Said<LabSetup>>('/api/labs');
  return (
    <section>
      <h2>Labs</h2>
      {error && <Problem error={error} />}
      {value && value.results.length === 0 && <p class="soft">None is paired yet.</p>}
      {value?.results.map((lab) => <Lab key={lab.lab} lab={lab} />)}
      <Pair />
    </section>
  );
}

function Lab({ lab }: { lab: LabSetup }) {
  const prints = [...(lab.usual ? ['everything without a lab of its own'] : []), ...lab.products];
  return (
    <details class="lab-setup">
      <summary>
        <strong>{lab.name}</strong> <span class="soft">{prints.length > 0 ? `prints ${prints.join(', ')}` : 'prints nothing yet'}</span>
      </summary>
      {lab.rules.map((rules) => (
        <div key={rules.product ?? ''}>
          {rules.product && <h3>Only {rules.product}</h3>}
          <dl class="facts">
            {rules.rows.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
      <p class="soft">
        To change it: <code>darkslide lab setup</code>
      </p>
    </details>
  );
}

function Pair() {
  const [code, setCode] = useState('');
  const [done, setDone] = useState<string | null>(null);
  const action = useAction();
  const pair = async (event: Event) => {
    event.preventDefault();
    if (code.trim() === '') return;
    setDone(null);
    const paired = await action.run(async () => {
      const said = await post<{ name: string }>('/api/labs/pair', { code: code.trim() });
      setDone(said.name);
    });
    if (paired) setCode('');
  };
  return (
    <form class="pair-lab" onSubmit={(e) => void pair(e)}>
      <label class="ask-field">
        <span>Pair with a lab: the code it printed or told you</span>
        <input value={code} autoComplete="off" spellcheck={false} maxLength={200} onInput={(e) => setCode(e.currentTarget.value)} />
      </label>
      <button type="submit" class="button quiet" aria-disabled={action.busy}>
        Pair
      </button>
      {done !== null && <p class="good-note">{done} is who it says it is. Its receiver answers by itself while it runs.</p>}
      {action.error && <Problem error={action.error} />}
    </form>
  );
}
