// Starts the studio's desk.
import { render } from 'preact';
import { use } from '../../src/language';
import en from '../../src/messages/en.json';
import later from '../../src/messages/later/en.json';
import { App } from './app';
import { startLive } from './live';
import { startRouter } from './router';
import { startSession } from './session';
import '../../src/styles/base.css';
import '../../src/styles/choose.css';
import './styles/desk.css';
import './styles/order.css';

use('en', { ...en, ...later });
startRouter();
await startSession();
startLive();
const root = document.getElementById('desk');
if (root) render(<App />, root);
