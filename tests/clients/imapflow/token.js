// ISC licence; see LICENSE.
// token.js PORT USER TOKEN MECHANISM - log in with an access token by
// imapflow. Prints `in`, or `out CODE OBJECT` with the server's answer.
'use strict';
const { ImapFlow } = require('imapflow');

const [port, user, accessToken, loginMethod] = process.argv.slice(2);
const c = new ImapFlow({
  host: '127.0.0.1', port: +port, secure: false, doSTARTTLS: false,
  auth: { user, accessToken, loginMethod: 'AUTH=' + loginMethod },
  logger: false
});
c.on('error', () => {});
c.connect().then(async () => {
  console.log('in');
  await c.logout();
}).catch(e => {
  console.log('out', e.serverResponseCode, JSON.stringify(e.oauthError));
  c.close();
});
