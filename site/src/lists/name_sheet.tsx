// Asking for the name of a list.
import { useState } from 'preact/hooks';
import { Field } from '../checkout/field';
import { Dialog } from '../interface/dialog';
import { t } from '../language';

interface NameSheetProps {
  title: string;
  name: string;
  onName: (name: string) => void;
  onClose: () => void;
}

export function NameSheet({ title, name, onName, onClose }: NameSheetProps) {
  const [text, setText] = useState(name);
  return (
    <Dialog title={title} onClose={onClose} class="small">
      <form
        class="lists-body"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() === '') return;
          onName(text.trim());
          onClose();
        }}
      >
        <Field id="list-name" label={t('lists.name')} value={text} onInput={setText} />
        <button type="submit" class="button wide" aria-disabled={text.trim() === ''}>
          {t('choose.save')}
        </button>
      </form>
    </Dialog>
  );
}
