// The smallest thing that lets screens share state: a value and those who listen to it.
import { useEffect, useState } from 'preact/hooks';

export interface Store<T> {
  get(): T;
  set(value: T): void;
  listen(listener: () => void): () => void;
}

export function store<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStore<T>(source: Store<T>): T {
  const [, redraw] = useState(0);
  const drawn = source.get();
  useEffect(() => {
    let seen = drawn;
    const check = () => {
      if (!Object.is(seen, source.get())) {
        seen = source.get();
        redraw((n) => n + 1);
      }
    };
    // What changed between drawing and listening; most often nothing, and then nothing is drawn twice.
    check();
    return source.listen(check);
  }, [source]);
  return drawn;
}
