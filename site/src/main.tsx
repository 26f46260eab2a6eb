// Starts the gallery site.
import { render } from 'preact';
import { codeInFragment, linkIn, readCode } from './access_code';
import { App } from './app';
import { startFirstScreen } from './gallery/first_screen';
import { startHearts } from './gallery/hearts';
import { listing, readQuery } from './gallery/listing';
import { refreshGallery } from './gallery/view';
import { startLanguage } from './language';
import { place, startRouter } from './router';
import { beginOpening, startSession } from './session';
import './styles/base.css';
import './styles/open.css';
import './styles/gallery.css';

startRouter();
startSession();
startHearts();
startFirstScreen();
fetchAhead();
await startLanguage();
const root = document.getElementById('site');
if (root) render(<App />, root);

/** What the first screen will ask for, asked while its words are still on their way. */
function fetchAhead(): void {
  const { route, search } = place.get();
  if (route.screen === 'gallery') {
    void refreshGallery(route.gallery);
    listing(route.gallery, readQuery(search));
  } else if (route.screen === 'open') {
    const fragment = codeInFragment(location.hash) ?? '';
    const read = readCode(fragment);
    if (read.ok && linkIn(fragment) === null) beginOpening(read.code);
  }
}
