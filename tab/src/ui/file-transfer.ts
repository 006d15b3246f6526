/** Files that come with a paste or a drop. */

/**
 * What of a clipboard is meant as files. Word, Excel and Outlook put a picture of the text beside the text; then the text
 * is meant. A picture copied from a page brings its own address as text, and is a picture.
 */
export function filesIn(clipboard: DataTransfer | null): File[] {
  if (!clipboard || clipboard.files.length === 0) return [];
  const files = [...clipboard.files];
  const html = new DOMParser().parseFromString(clipboard.getData('text/html'), 'text/html');
  const plain = clipboard.getData('text/plain').trim();
  // A file that was copied in a folder brings its name as text.
  const isName = plain === '' || files.some(({ name }) => plain.includes(name));
  const isText = clipboard.types.includes('text/html') ? html.body.textContent?.trim() !== '' : !isName;
  return isText ? [] : files;
}

/** A file that misses its place is not opened instead of the page. */
export function keepPageFromFiles(): void {
  const stay = (event: DragEvent) => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'none';
  };
  addEventListener('dragover', stay);
  addEventListener('drop', stay);
}
