// Going on elsewhere: a link and its QR code that take favourites and cart to another device or browser.
import { useEffect, useState } from 'preact/hooks';
import { encode } from 'uqr';
import '../styles/field.css';
import '../styles/lists.css';
import { makeLink } from '../api/gallery';
import type { DeviceLink } from '../api/types';
import { Dialog } from '../interface/dialog';
import { Icon } from '../interface/icon';
import { Loading, TroubleMessage } from '../interface/message';
import { notify } from '../interface/notice';
import { t, time } from '../language';

export function LinkSheet({ gallery, onClose }: { gallery: string; onClose: () => void }) {
  const [made, setMade] = useState<DeviceLink | null>(null);
  const [error, setError] = useState<unknown>(null);
  const make = () => {
    setError(null);
    makeLink(gallery).then(setMade, setError);
  };
  useEffect(make, []);

  // In the fragment, so that no server on the way gets to see it.
  const address = made ? `${location.origin}/#d.${made.link}` : '';
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address);
      notify(t('order.copied'));
    } catch {
      document.querySelector<HTMLInputElement>('.link-address')?.select();
    }
  };
  return (
    <Dialog title={t('link.open')} onClose={onClose} class="small">
      {made ? (
        <div class="lists-body">
          <p>{t('link.text')}</p>
          <QrCode text={address} />
          <input class="link-address plain-field" type="text" readOnly value={address} aria-label={t('link.address')} onFocus={(event) => event.currentTarget.select()} />
          <button type="button" class="button wide" onClick={() => void copy()}>
            <Icon name="copy" />
            {t('order.copy')}
          </button>
          <p class="hint">{t('link.secret', { time: time(made.opens_until) })}</p>
        </div>
      ) : error ? (
        <TroubleMessage error={error} onRetry={make} />
      ) : (
        <Loading />
      )}
    </Dialog>
  );
}

/** Dark on light in dark mode too: many readers see nothing in an inverted code. */
function QrCode({ text }: { text: string }) {
  const { data, size } = encode(text, { ecc: 'L', border: 3 });
  const dark = data.flatMap((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t('link.qr')} shape-rendering="crispEdges">
      <path d={dark} />
    </svg>
  );
}
