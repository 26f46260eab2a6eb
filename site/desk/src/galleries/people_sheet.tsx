// A code for some of the roster: what one family sees, with one code.
import { useState } from 'preact/hooks';
import { Dialog } from '../../../src/interface/dialog';
import { notify } from '../../../src/interface/notice';
import { post, type Said } from '../api';
import { useLive } from '../live';
import { useAction } from '../parts/action';
import { Problem } from '../parts/said';
import type { GalleryRow, Person, SharedCode } from '../types';

/** Beyond this the list is searched, not scrolled. */
const SHOWN = 60;

const called = (person: Person): string => (person.class === '' ? person.name : `${person.name} (${person.class})`);

export function PeopleSheet({ row, codes, onClose }: { row: GalleryRow; codes: SharedCode[]; onClose: () => void }) {
  const { value, error } = useLive<Said<Person>>('/api/people');
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<Person[]>([]);
  const [further, setFurther] = useState(false);
  const action = useAction();
  const all = value?.results ?? [];
  const wanted = search.trim().toLowerCase();
  const is = (person: Person) => chosen.some((c) => c.id === person.id);
  const found = all.filter((p) => !is(p) && called(p).toLowerCase().includes(wanted));
  const flip = (person: Person) => setChosen((before) => (before.some((c) => c.id === person.id) ? before.filter((c) => c.id !== person.id) : [...before, person]));
  const names = chosen.map((p) => p.name).sort();
  const there = codes.some((c) => c.subjects.length > 0 && [...c.subjects].sort().join('\n') === names.join('\n'));
  const make = async () => {
    const said = await post<Said<SharedCode>>(`/api/galleries/${row.gallery}/codes`, { everybody: false, people: chosen.map((p) => p.id), further: there && further });
    notify(`${said.results[0]?.code ?? 'The code'} is for ${names.join(', ')}`);
    onClose();
  };
  return (
    <Dialog title="A code for some people" class="small ask" onClose={onClose}>
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          if (chosen.length > 0) await action.run(make);
        }}
      >
        <p>Whoever has it sees the pictures of these people only. Choose brothers and sisters together for one code.</p>
        {error && <Problem error={error} />}
        {value && all.length === 0 && <p class="soft">The roster is empty. Import one with the columns file, subject, group: darkslide import-metadata FILE.csv</p>}
        {all.length > 8 && (
          <label class="ask-field">
            <span>Find a person</span>
            <input type="search" value={search} onInput={(e) => setSearch(e.currentTarget.value)} />
          </label>
        )}
        <fieldset class="choices scrolled">
          <legend>People</legend>
          {[...chosen, ...found.slice(0, SHOWN)].map((person) => (
            <label key={person.id}>
              <input type="checkbox" checked={is(person)} onChange={() => flip(person)} />
              {called(person)}
            </label>
          ))}
        </fieldset>
        {found.length > SHOWN && <p class="soft">{found.length - SHOWN} more: search for a name.</p>}
        {there && (
          <fieldset class="choices">
            <label>
              <input type="checkbox" checked={further} onChange={() => setFurther(!further)} />
              There is one already: make a further code
            </label>
          </fieldset>
        )}
        {action.error && <Problem error={action.error} />}
        <div class="row end">
          <button type="button" class="button quiet" onClick={onClose}>
            Go back
          </button>
          <button type="submit" class="button" aria-disabled={chosen.length === 0 || action.busy}>
            {there && !further ? 'Show their code' : 'Make the code'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
