// Keeping what is shown true: the agent says when something moved, and every view that is open asks again.
import { useEffect, useState } from 'preact/hooks';
import { store, useStore } from '../../src/store';
import { get, away, Trouble } from './api';
import { noteTrouble } from './session';

/** Counts up whenever something moved. */
const moved = store(0);
/** Whether the agent is there. */
export const connected = store(true);

export function startLive(): void {
  const source = new EventSource('/api/events');
  source.addEventListener('moved', () => {
    connected.set(true);
    moved.set(moved.get() + 1);
  });
  source.addEventListener('error', () => {
    connected.set(false);
    // A refusal ends the stream for good; a restart of the agent does not.
    if (source.readyState === EventSource.CLOSED) setTimeout(startLive, 2_000);
  });
}

/** Looks again now, after something was done here. */
export const lookAgain = (): void => moved.set(moved.get() + 1);

export interface Loaded<T> {
  value: T | null;
  error: Trouble | null;
}

/** The answer to a GET, asked again whenever something moved. What was shown stays while it is asked. */
export function useLive<T>(path: string | null): Loaded<T> {
  const version = useStore(moved);
  const [loaded, setLoaded] = useState<Loaded<T> & { path: string | null }>({ path, value: null, error: null });
  useEffect(() => {
    if (path === null) return;
    let current = true;
    get<T>(path).then(
      (value) => {
        if (current) setLoaded({ path, value, error: null });
      },
      (error: unknown) => {
        noteTrouble(error);
        if (current) setLoaded((before) => ({ path, value: before.path === path ? before.value : null, error: error instanceof Trouble ? error : away() }));
      },
    );
    return () => {
      current = false;
    };
  }, [path, version]);
  return loaded.path === path ? loaded : { value: null, error: null };
}
