import { render } from 'preact';
import './sidebar.css';
import './screens.css';
import { App } from './app.tsx';

render(<App />, document.getElementById('app')!);
