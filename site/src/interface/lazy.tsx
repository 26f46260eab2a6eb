// Screens that are fetched when first needed.
import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
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
    const failures = useRef(0);
    const [, redraw] = useState(0);
    const start = () => {
      setFailed(false);
      fetchIt().then(
        () => redraw((n) => n + 1),
        () => {
          failures.current += 1;
          setFailed(true);
        },
      );
    };
    useEffect(() => {
      if (loaded === null) start();
    }, []);
    const Screen = loaded;
    if (Screen) return <Screen {...props} />;
    // The host was renewed since this page came: its parts have other names now, and a fresh page knows them.
    const again = () => (failures.current > 1 && navigator.onLine ? location.reload() : start());
    return failed ? <TroubleMessage error={new NoAnswer('a part of the site')} onRetry={again} /> : <Loading />;
  }
  Lazy.fetch = () => void fetchIt().catch(() => undefined);
  return Lazy;
}
