/** A test loads this module into the program to raise an error on a signal, as a defect would. */
const planted = 'planted-secret';

process.on('SIGUSR2', () => {
  setImmediate(() => {
    throw new TypeError(`cannot read https://192.0.2.1/api?token=${planted}\n    second line`);
  });
});

process.on('SIGWINCH', () => {
  setInterval(() => {
    throw new SyntaxError(`token=${planted}`);
  }, 1);
});

process.on('SIGPIPE', () => {
  void Promise.reject(new RangeError(`token=${planted}`));
});
