// Starts the gallery site.
import { render } from 'preact';
import { App } from './app';
import { startHearts } from './gallery/hearts';
import { startLanguage } from './language';
import { startRouter } from './router';
import { startSession } from './session';
import './styles/base.css';
import './styles/open.css';
import './styles/gallery.css';

startRouter();
startSession();
startHearts();
await startLanguage();
const root = document.getElementById('site');
if (root) render(<App />, root);
