import { Markup } from '../html.ts';

/**
 * Puts the reader's own time beside each moment in UTC, where it is another one; the page says everything without it.
 * It reads `data-local`: `second` and `minute` add text, `title` adds to what shows under the pointer only.
 */
const source = `for (const element of document.querySelectorAll('time[data-local]')) {
  const at = new Date(element.dateTime);
  if (at.getTimezoneOffset() === 0) continue;
  const two = (number) => String(number).padStart(2, '0');
  const date = at.getFullYear() + '-' + two(at.getMonth() + 1) + '-' + two(at.getDate());
  const minute = two(at.getHours()) + ':' + two(at.getMinutes());
  const clock = element.dataset.local === 'minute' ? minute : minute + ':' + two(at.getSeconds());
  const zone = element.dataset.zone === '' ? Intl.DateTimeFormat().resolvedOptions().timeZone : 'your time';
  const day = at.toISOString().startsWith(date) ? '' : date + ' ';
  if (element.title !== '') element.title += ', ' + day + clock + ' your time';
  if (element.dataset.local !== 'title') {
    const local = document.createElement('span');
    local.className = 'local';
    local.textContent = ' (' + day + clock + ' ' + zone + ')';
    element.append(local);
  }
}`;

/** The only script of a page, at its end. */
export const script: Markup = new Markup(source);
