/** Tells on stderr how far a piece of work is: on a terminal on one line, else at every tenth. @param {string} label */
export function progress(label) {
  let told = -1;
  const { stderr } = process;
  const steps = stderr.isTTY ? 100 : 10;
  return (/** @type {number} */ done, /** @type {number} */ of) => {
    const step = of === 0 ? steps : Math.floor((done / of) * steps);
    if (step === told) return;
    told = step;
    const text = `${label}: ${Math.round((step / steps) * 100)} %`;
    stderr.write(stderr.isTTY ? `\r${text}${step === steps ? '\n' : ''}` : `${text}\n`);
  };
}
