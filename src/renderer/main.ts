import './validation-without-eval.ts';
import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { createClient } from './client/index.ts';
import { Notebook } from './state/notebook.svelte.ts';

/** How long the first paint waits for the theme, in milliseconds, so that it does not change under the eyes. */
const themePatience = 300;
/** How long for unsaved work, which a screen would begin anew. */
const workPatience = 3000;

const notebook = new Notebook(createClient());
const loaded = notebook.attempt(() => notebook.preferences.load());
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
await Promise.all([
  Promise.race([loaded, pause(themePatience)]),
  Promise.race([notebook.kept.ready, pause(workPatience)])
]);
mount(App, { target: document.getElementById('application')!, props: { notebook } });
