// The studio at a glance: what is wrong and what to do about it, then the facts.
import type { Said } from '../api';
import { useLive } from '../live';
import { Problem } from '../parts/said';
import type { Check, Studio } from '../types';
import { count } from '../words';
import { Finding } from './fixes';
import { Labs } from './labs';
import { PersonField } from './person_field';
import { Uploads } from './uploads';

export function StudioScreen() {
  const { value, error } = useLive<Studio>('/api/studio');
  const doctor = useLive<Said<Check>>('/api/doctor');
  const findings = doctor.value?.results.filter((c) => c.finding !== 'good') ?? [];
  return (
    <div class="page">
      <h1>{value?.studio ?? 'Studio'}</h1>
      {error && <Problem error={error} />}
      <section>
        <h2>Problems</h2>
        {doctor.error && <Problem error={doctor.error} />}
        {!doctor.value && !doctor.error && <p class="soft">Looking …</p>}
        {doctor.value && findings.length === 0 && <p class="good-note">Everything is in order.</p>}
        <ul class="findings">
          {findings.map((check) => (
            <Finding key={check.what} check={check} studio={value} />
          ))}
        </ul>
      </section>
      <Labs />
      <Uploads />
      <PersonField />
      {value && (
        <section>
          <h2>This computer</h2>
          <dl class="facts">
            <div>
              <dt>Computer</dt>
              <dd>{value.machine ?? 'not connected'}</dd>
            </div>
            <div>
              <dt>Host</dt>
              <dd>{value.host ?? 'none'}{value.host && !value.host_reachable && ', out of reach'}</dd>
            </div>
            <div>
              <dt>Pictures</dt>
              <dd>{count(value.photos, 'photo')} in {count(value.folders, 'folder')}</dd>
            </div>
          </dl>
        </section>
      )}
    </div>
  );
}
