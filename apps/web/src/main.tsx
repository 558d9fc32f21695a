import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './shared/styles/tokens.css';
import './shared/styles/page.css';
import './shared/styles/controls.css';
import './shared/styles/booking.css';
import './shared/styles/time-picker.css';
import './shared/styles/appointment.css';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
