// Who sits here: the name that stands beside every change.
import { useState } from 'preact/hooks';
import { person, setPerson } from '../person';

export function PersonField() {
  const [name, setName] = useState(person.get());
  return (
    <section>
      <h2>You</h2>
      <label class="ask-field">
        <span>Your name, written beside what you change</span>
        <input
          maxLength={60}
          autoComplete="name"
          value={name}
          onInput={(e) => {
            setName(e.currentTarget.value);
            setPerson(e.currentTarget.value);
          }}
        />
      </label>
    </section>
  );
}
