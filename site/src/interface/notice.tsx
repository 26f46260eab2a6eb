// Short news at the foot of the page, read aloud by screen readers, with at most one thing to do.
import { store, useStore } from '../store';

interface Notice {
  text: string;
  action?: { label: string; run: () => void };
}

const current = store<Notice | null>(null);
let timer = 0;

export function notify(text: string, action?: Notice['action']): void {
  current.set(action ? { text, action } : { text });
  clearTimeout(timer);
  timer = window.setTimeout(() => current.set(null), action ? 9_000 : 4_000);
}

export function Notices() {
  const notice = useStore(current);
  return (
    <div class="notices" role="status" aria-live="polite">
      {notice && (
        <div class="notice">
          <span>{notice.text}</span>
          {notice.action && (
            <button
              type="button"
              onClick={() => {
                current.set(null);
                notice.action?.run();
              }}
            >
              {notice.action.label}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
