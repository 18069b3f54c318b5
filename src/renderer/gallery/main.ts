import '../validation-without-eval.ts';
import '../styles/base.css';
import { mount } from 'svelte';
import { Notebook } from '../state/notebook.svelte.ts';
import Gallery from './Gallery.svelte';
import { ThemedClient } from './themed-client.ts';

const light = new Notebook(new ThemedClient('light'));
const dark = new Notebook(new ThemedClient('dark'));
await Promise.all([light.preferences.load(), dark.preferences.load()]);
mount(Gallery, { target: document.getElementById('application')!, props: { light, dark } });
