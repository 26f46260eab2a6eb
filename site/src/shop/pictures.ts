// The photos that a cart's lines name: as they are published now, or gone.
import { useEffect, useState } from 'preact/hooks';
import { HostProblem } from '../api/call';
import { readPhoto } from '../api/gallery';
import type { CartLine, PhotoView } from '../api/types';

/** `null`: the host says that it is not in the gallery (any more). */
export type Pictures = ReadonlyMap<string, PhotoView | null>;

const AT_ONCE = 6;

export function usePictures(gallery: string, lines: readonly CartLine[] | null): { pictures: Pictures; error: unknown } {
  const [state, setState] = useState<{ pictures: Pictures; error: unknown }>({ pictures: new Map(), error: null });
  const ids = [...new Set((lines ?? []).flatMap((l) => l.nodes.map((n) => n.photo)))].sort();
  useEffect(() => {
    let gone = false;
    const missing = ids.filter((id) => !state.pictures.has(id));
    const worker = async () => {
      for (let id = missing.shift(); id !== undefined && !gone; id = missing.shift()) {
        const found = await read(gallery, id);
        const named = id;
        if (!gone) setState((now) => ({ ...now, pictures: new Map(now.pictures).set(named, found) }));
      }
    };
    void Promise.all(Array.from({ length: AT_ONCE }, worker)).catch((error: unknown) => {
      if (!gone) setState((now) => ({ ...now, error }));
    });
    return () => {
      gone = true;
    };
  }, [gallery, ids.join(' ')]);
  return state;
}

async function read(gallery: string, photo: string): Promise<PhotoView | null> {
  try {
    return await readPhoto(gallery, photo);
  } catch (error) {
    if (error instanceof HostProblem && error.status === 404) return null;
    throw error;
  }
}
