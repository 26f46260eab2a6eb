// The files of a line that was bought as files: where they are now, and the way to them.
import { useState } from 'preact/hooks';
import type { FilesView } from '../api/types';
import { Icon } from '../interface/icon';
import { bytes, date, t } from '../language';

export function Files({ files, onAgain }: { files: FilesView; onAgain: () => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  const again = async () => {
    setBusy(true);
    await onAgain();
    setBusy(false);
  };
  if (files.state === 'preparing') return <p class="files-state">{t('files.preparing')}</p>;
  if (files.state === 'withdrawn') return <p class="files-state">{t('files.withdrawn')}</p>;
  if (files.state === 'over') {
    return (
      <div class="files no-print">
        <p class="files-state">{t('files.over')}</p>
        <button type="button" class="button wide" aria-disabled={busy} onClick={() => !busy && void again()}>
          {t('files.again')}
        </button>
      </div>
    );
  }
  return (
    <div class="files no-print">
      <p class="files-state">
        <strong>{t('files.ready')}</strong> {files.until != null && t('files.until', { date: date(files.until) })}
      </p>
      <ul>
        {files.files.map((file) => (
          <li key={file.name}>
            <a class="button wide" href={file.url} download={file.name}>
              <Icon name="download" />
              <span class="file-name">{file.name}</span>
              <span class="file-size">{bytes(file.length)}</span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
