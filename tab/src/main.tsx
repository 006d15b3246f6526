// Before every component: what these say, a component may say otherwise.
import './ui/base.css';
import './ui/form.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { keepFocus } from './focus.ts';
import { keepPageFromFiles } from './ui/file-transfer.ts';
import { followVisibleHeight } from './ui/visible-height.ts';

keepPageFromFiles();
followVisibleHeight();

keepFocus();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
