// ISC licence; see LICENSE.
// journey.js PORT USER PASSWORD - what a person does with a mail program,
// by imapflow. Prints `ok WHAT` or `FAILED WHAT: DETAIL` a line, `end` last.
'use strict';
const { ImapFlow } = require('imapflow');
const crypto = require('crypto');
const assert = require('assert');

const [port, user, pass] = process.argv.slice(2);
const MANY = 5000;

function same(have, want, what) {
  try {
    assert.deepStrictEqual(have, want);
    console.log('ok ' + what);
  } catch (e) {
    console.log('FAILED ' + what + ': have ' + JSON.stringify(have) +
      ', want ' + JSON.stringify(want));
  }
}

async function open(more) {
  const c = new ImapFlow({
    host: '127.0.0.1', port: +port, secure: false, doSTARTTLS: false,
    auth: { user, pass }, logger: false,
    clientInfo: { name: 'journey', version: '1' }, ...more
  });
  c.on('error', e => console.log('FAILED connection: ' + e.message));
  await c.connect();
  return c;
}

const message = n => Buffer.from(
  `From: ann@example.org\r\nTo: joe@example.net\r\nSubject: letter ${n}\r\n` +
  `Date: Tue, 14 Nov 2023 22:13:20 +0000\r\nMessage-ID: <${n}@old>\r\n\r\n` +
  `This is letter ${n}. ${n % 100 ? '' : 'Grüße'}\r\n`);

const wait = async (what, ms = 8000) => {
  for (const end = Date.now() + ms; Date.now() < end && !what();)
    await new Promise(r => setTimeout(r, 20));
  return what();
};

async function count(c, path) {
  return (await c.status(path, { messages: true })).messages;
}

async function setUp(c) {
  const list = await c.list();
  same(list.filter(f => f.path === 'INBOX').length, 1, 'an INBOX');
  for (const [name, use] of [['Sent', '\\Sent'], ['Trash', '\\Trash'],
    ['Drafts', '\\Drafts']])
    same(list.filter(f => f.path === name).map(f => f.specialUse), [use],
      'special use of ' + name);
  let f = await c.mailboxCreate(['Reisen', 'Österreich']);
  same([f.created, f.path], [true, 'Reisen.Österreich'], 'a folder below one');
  same((await c.mailboxCreate('Old mail')).created, true, 'a folder');
  same((await c.mailboxCreate('Old mail')).created, false, 'made twice');
  f = await c.mailboxRename('Reisen', 'Trips');
  const paths = (await c.list()).map(x => x.path);
  same(paths.includes('Trips.Österreich'), true, 'renamed with what is below');
  await c.mailboxSubscribe('Old mail');
  same((await c.list()).find(x => x.path === 'Old mail').subscribed, true,
    'subscribed');
}

async function copyIn(c) {
  const begin = Date.now();
  const jobs = [];
  for (let n = 1; n <= MANY; n++) {
    jobs.push(c.append('Old mail', message(n), n % 2 ? ['\\Seen'] : [],
      new Date(1600000000000 + n * 1000)));
    if (jobs.length === 100) await Promise.all(jobs.splice(0));
  }
  await Promise.all(jobs);
  console.log(`# ${MANY} messages in ${Date.now() - begin} ms`);
  same(await count(c, 'Old mail'), MANY, 'all were copied in');
  const lock = await c.getMailboxLock('Old mail');
  try {
    const subjects = [];
    for await (const m of c.fetch('1:*', { uid: true, envelope: true,
      flags: true, internalDate: true, size: true }))
      if (m.envelope.subject === 'letter ' + m.seq &&
        m.flags.has('\\Seen') === (m.seq % 2 === 1) &&
        +m.internalDate === 1600000000000 + m.seq * 1000 &&
        m.size === message(m.seq).length) subjects.push(m.seq);
    same(subjects.length, MANY, 'each is as it was sent');
  } finally {
    lock.release();
  }
}

// what it asks for where a server offers it
async function offered(c) {
  same([!!c._deflate, !!c._inflate], [true, true], 'it compresses');
  const id = (await c.mailboxOpen('Sent')).mailboxId;
  same(/^F[0-9a-f]{32}$/.test(id), true, 'id of a mailbox');
  await c.mailboxOpen('INBOX');
  const one = await c.fetchOne('1', { uid: true, threadId: true });
  same([/^M[0-9a-f]{32}$/.test(one.emailId),
    /^T[0-9a-f]{32}$/.test(one.threadId)], [true, true], 'ids of a message');
  await c.messageCopy('1', 'Drafts');
  await c.mailboxOpen('Drafts');
  const copy = await c.fetchOne('*', { uid: true, threadId: true });
  same([copy.emailId, copy.threadId], [one.emailId, one.threadId],
    'the copy has the same');
  same((await c.search({ emailId: one.emailId })).length, 1, 'by its id');
  const many = Array.from({ length: 40 }, (_, n) => 'label' + n);
  await c.messageFlagsAdd('*', many);
  same([...(await c.fetchOne('*', { flags: true })).flags]
    .filter(f => f.startsWith('label')).length, 40, 'forty labels');
}

async function quota(c) {
  const q = await c.getQuota('INBOX');
  same([q.storage.limit, q.message.limit], [1000000000 - 1000000000 % 1024,
    100000], 'the limits');
  same(q.message.usage, (await Promise.all((await c.list()).filter(
    f => f.path !== 'Trash').map(f => count(c, f.path)))).reduce(
    (a, b) => a + b), 'messages that count');
}

async function search(c) {
  const lock = await c.getMailboxLock('Old mail');
  try {
    same(await c.search({ subject: 'letter 4711' }), [4711], 'by subject');
    same((await c.search({ body: 'grüsse' })).length +
      (await c.search({ body: 'grüße' })).length >= MANY / 100, true,
    'by body');
    same((await c.search({ seen: false })).length, MANY / 2, 'unseen');
    same(await c.search({ from: 'ann', seq: '1:10', seen: true }),
      [1, 3, 5, 7, 9], 'several keys');
    same(await c.search({ header: { 'message-id': '<77@old>' } },
      { uid: true }), [77], 'by header');
    same((await c.search({ or: [{ subject: 'letter 4999' },
      { subject: 'letter 5000' }] })).length, 2, 'either');
    same(await c.search({ since: new Date('2024-01-01') }), [], 'none');
  } finally {
    lock.release();
  }
}

async function trash(c) {
  let lock = await c.getMailboxLock('Old mail');
  try {
    const r = await c.messageMove('1:100', 'Trash');
    same(r.uidMap.size, 100, 'a hundred are moved to the Trash');
    same(c.mailbox.exists, MANY - 100, 'and are gone here');
    const all = await c.messageFlagsAdd('1:*', ['\\Seen', '$Done']);
    same(all, true, 'all are read');
    same((await c.search({ keyword: '$Done' })).length, MANY - 100, 'marked');
  } finally {
    lock.release();
  }
  lock = await c.getMailboxLock('Trash');
  try {
    same(c.mailbox.exists, 100, 'the Trash has them');
    same(await c.messageDelete('1:*'), true, 'it is emptied');
    same(c.mailbox.exists, 0, 'and is empty');
  } finally {
    lock.release();
  }
  same(await count(c, 'Trash'), 0, 'and stays it');
}

async function large(c) {
  const body = crypto.randomBytes(3 << 20).toString('base64')
    .replace(/(.{76})/g, '$1\r\n');
  const r = await c.append('INBOX', 'Subject: large\r\nMIME-Version: 1.0\r\n' +
    'Content-Type: application/octet-stream; name=a.bin\r\n' +
    'Content-Transfer-Encoding: base64\r\n\r\n' + body, ['\\Seen']);
  const lock = await c.getMailboxLock('INBOX');
  try {
    const { content } = await c.download(r.uid, '1', { uid: true });
    const parts = [];
    for await (const x of content) parts.push(x);
    const md5 = x => crypto.createHash('md5').update(x).digest('hex');
    same(md5(Buffer.concat(parts)), md5(Buffer.from(body, 'base64')),
      'an attachment, both ways');
    await c.messageDelete(r.uid, { uid: true });
  } finally {
    lock.release();
  }
}

// one looks on, another works
async function two(a) {
  const b = await open();
  const heard = { exists: 0, flags: 0, expunge: 0 };
  await a.mailboxOpen('Trips.Österreich');
  await b.mailboxOpen('Trips.Österreich');
  for (const k of Object.keys(heard)) b.on(k, () => heard[k]++);
  const idling = b.idle();
  await new Promise(r => setTimeout(r, 200));
  await a.append('Trips.Österreich', message(1));
  same(await wait(() => heard.exists), 1, 'the other hears of new mail');
  await a.messageFlagsAdd('1', ['\\Flagged']);
  same(await wait(() => heard.flags) > 0, true, 'of flags');
  await a.messageDelete('1');
  same(await wait(() => heard.expunge), 1, 'of what is gone');
  same(b.mailbox.exists, 0, 'and knows what is there');
  // it loses the line; in the meantime much happens
  b.close();
  await idling.catch(() => 0);
  for (let n = 2; n < 7; n++) await a.append('Trips.Österreich', message(n));
  await a.noop();
  await a.messageDelete('2');
  const c = await open();
  await c.mailboxOpen('Trips.Österreich');
  same((await c.fetchAll('1:*', { uid: true })).map(m => m.uid),
    [2, 4, 5, 6], 'coming back: what is there, and new UIDs');
  await c.mailboxClose();
  await a.mailboxClose();
  same((await c.mailboxDelete('Trips.Österreich')).path, 'Trips.Österreich',
    'a folder goes');
  await c.logout();
}

// QRESYNC: what happened in the meantime comes with the folder
async function resync(a) {
  const path = 'Old mail';
  let c = await open({ qresync: true });
  same([...c.enabled].includes('QRESYNC'), true, 'QRESYNC is enabled');
  const { highestModseq, uidValidity } = await c.mailboxOpen(path);
  c.close();
  await a.mailboxOpen(path);
  const uids = (await a.fetchAll('1:20', { uid: true })).map(m => m.uid);
  await a.messageDelete('3,7:8');
  await a.messageFlagsAdd('1,5', ['\\Flagged']);
  c = await open({ qresync: true });
  const gone = [], flags = [];
  c.on('expunge', e => gone.push([e.uid, e.vanished, e.earlier]));
  c.on('flags', e => flags.push([e.uid, e.flags.has('\\Flagged')]));
  const again = await c.mailboxOpen(path,
    { changedSince: highestModseq, uidValidity });
  same(again.qresync, true, 'the folder is resynchronized');
  same(gone, [2, 6, 7].map(i => [uids[i], true, true]), 'what is gone');
  same(flags, [0, 5].map(i => [uids[i], true]), 'whose flags changed');
  same(again.highestModseq > highestModseq, true, 'there is a new MODSEQ');
  gone.length = 0;
  await a.messageDelete(String(uids[10]), { uid: true });
  await c.noop();
  same(gone, [[uids[10], true, false]], 'what goes meanwhile');
  await c.messageFlagsAdd('1', ['$Later'], { unchangedSince: highestModseq });
  same((await c.fetchOne('1', { flags: true })).flags.has('$Later'), false,
    'a change that comes too late is none');
  await c.logout();
  await a.mailboxClose();
}

(async () => {
  const c = await open();
  await setUp(c);
  await copyIn(c);
  await quota(c);
  await search(c);
  await offered(c);
  await trash(c);
  await large(c);
  await two(c);
  await resync(c);
  await c.logout();
  console.log('end');
})().catch(e => {
  console.log('FAILED ' + (e.responseText || e.stack));
  process.exit(1);
});
