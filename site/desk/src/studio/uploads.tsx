// How fast this computer sends, and whether it sends at all for now.
import { useLive } from '../live';
import { post } from '../api';
import { useAction } from '../parts/action';
import { Problem } from '../parts/said';

interface Shown {
  paused: boolean;
  kib_per_second: number;
}

const CHOICES = [0, 128, 256, 512, 1024, 2048, 5120];
const name = (kib: number): string => (kib === 0 ? 'As fast as the line allows' : kib < 1024 ? `${kib} KiB a second` : `${kib / 1024} MiB a second`);

export function Uploads() {
  const { value, error } = useLive<Shown>('/api/uploads');
  const action = useAction();
  if (error) return <Problem error={error} />;
  if (!value) return null;
  const choices = CHOICES.includes(value.kib_per_second) ? CHOICES : [...CHOICES, value.kib_per_second].sort((a, b) => a - b);
  return (
    <section>
      <h2>Sending</h2>
      {value.paused && <p class="paused">Paused: pictures and prints stay here until you go on. Orders still come in.</p>}
      <div class="row">
        <label class="choice">
          <span>Speed</span>
          <select value={value.kib_per_second} onChange={(e) => void action.run(() => post('/api/uploads', { limit: Number(e.currentTarget.value) }))}>
            {choices.map((kib) => (
              <option key={kib} value={kib}>
                {name(kib)}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          class={value.paused ? 'button' : 'button quiet'}
          aria-disabled={action.busy}
          onClick={() => action.run(() => post('/api/uploads', { pause: !value.paused }))}
        >
          {value.paused ? 'Go on' : 'Pause'}
        </button>
      </div>
      {action.error && <Problem error={action.error} />}
    </section>
  );
}
