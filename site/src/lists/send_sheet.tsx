// Giving a list to the studio: who it is from, and a word with it.
import { useState } from 'preact/hooks';
import { submitList } from '../api/gallery';
import type { GalleryView } from '../api/types';
import { Field } from '../checkout/field';
import { remember, remembered } from '../device';
import { Dialog } from '../interface/dialog';
import { notify } from '../interface/notice';
import { t } from '../language';
import { trouble } from '../trouble';
import { listsOf } from './lists';

interface SendSheetProps {
  view: GalleryView;
  list: string;
  name: string;
  count: number;
  onClose: () => void;
}

export function SendSheet({ view, list, name, count, onClose }: SendSheetProps) {
  const before = remembered().sender;
  const [customer, setCustomer] = useState(before?.customer ?? '');
  const [email, setEmail] = useState(before?.email ?? '');
  const [message, setMessage] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [missing, setMissing] = useState(false);

  const send = async () => {
    if (busy) return;
    if (customer.trim() === '') {
      setMissing(true);
      document.getElementById('sender')?.focus();
      return;
    }
    setBusy(true);
    setError(null);
    try {
      const kept = await submitList(view.gallery, list, { customer, email: email.trim() || null, message: message.trim() || null });
      remember({ sender: { customer, email } });
      listsOf(view.gallery).told(kept);
      notify(t('lists.sent', { studio: view.studio_name }));
      onClose();
    } catch (e) {
      setError(e);
      setBusy(false);
    }
  };

  return (
    <Dialog title={t('lists.send')} onClose={onClose} class="small">
      <form
        class="lists-body"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <p>
          {name} · {t('gallery.pictures', { count })}
        </p>
        <Field
          id="sender"
          label={t('checkout.name')}
          value={customer}
          autocomplete="name"
          fault={missing && customer.trim() === '' ? t('checkout.need_name') : undefined}
          onInput={setCustomer}
        />
        <Field id="sender-email" label={t('checkout.email')} optional={t('checkout.optional')} type="email" autocomplete="email" value={email} onInput={setEmail} />
        <Field id="sender-note" label={t('checkout.note')} optional={t('checkout.optional')} rows={2} maxLength={1000} value={message} onInput={setMessage} />
        {error != null && (
          <div class="refusal" role="alert">
            <strong>{trouble(error).title}</strong>
            <span>{trouble(error).hint}</span>
          </div>
        )}
        <button type="submit" class="button wide" aria-disabled={busy}>
          {t('lists.send_to', { studio: view.studio_name })}
        </button>
      </form>
    </Dialog>
  );
}
