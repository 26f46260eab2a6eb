// Screens that are fetched when first needed.
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { NoAnswer } from '../api/call';
import { laterWords } from '../language';
import { Loading, TroubleMessage } from './message';

export function lazy<P extends object>(load: () => Promise<ComponentType<P>>) {
  let loaded: ComponentType<P> | null = null;
  const fetchIt = async () => {
    const [screen] = await Promise.all([load(), laterWords()]);
    loaded ??= screen;
  };
  function Lazy(props: P) {
    const [failed, setFailed] = useState(false);
    const [, redraw] = useState(0);
    const start = () => {
      setFailed(false);
      fetchIt().then(() => redraw((n) => n + 1), () => setFailed(true));
    };
    useEffect(() => {
      if (loaded === null) start();
    }, []);
    const Screen = loaded;
    if (Screen) return <Screen {...props} />;
    return failed ? <TroubleMessage error={new NoAnswer('a part of the site')} onRetry={start} /> : <Loading />;
  }
  Lazy.fetch = () => void fetchIt().catch(() => undefined);
  return Lazy;
}
