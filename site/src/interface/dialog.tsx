// A sheet over the page: the browser's own modal dialog, so focus stays inside and returns afterwards.
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../language';
import { Icon } from './icon';

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  class?: string;
}

export function Dialog({ title, onClose, children, class: name = '' }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const before = useRef<Element | null>(null);
  // Before the next paint, so that no key is pressed between the button and the sheet it opened.
  useLayoutEffect(() => {
    const element = dialog.current;
    before.current = document.activeElement;
    element?.showModal();
    document.documentElement.classList.add('still');
    return () => {
      element?.close();
      document.documentElement.classList.remove('still');
      if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog ${name}`}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div class="dialog-body">
        <div class="dialog-head">
          <h2>{title}</h2>
          <button type="button" class="round" aria-label={t('app.close')} onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  text: string;
  yes: string;
  no: string;
  /** Nothing is lost by a yes. */
  calm?: boolean;
  onYes: () => void;
  onNo: () => void;
}

export function Confirm({ title, text, yes, no, calm = false, onYes, onNo }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onNo} class="small">
      <p>{text}</p>
      <div class="row end">
        <button type="button" class="button quiet" onClick={onNo}>
          {no}
        </button>
        <button type="button" class={calm ? 'button' : 'button danger'} onClick={onYes}>
          {yes}
        </button>
      </div>
    </Dialog>
  );
}
