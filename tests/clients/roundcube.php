<?php
// ISC licence; see LICENSE.
// roundcube.php LIBRARY PORT USER PASSWORD - what Roundcube asks of an IMAP
// server to show a folder, through its own library; one line of JSON each

error_reporting(E_ERROR);
[, $lib, $port, $user, $pass] = $argv;
require_once "$lib/bootstrap.php";
foreach (['rcube_utils', 'rcube_charset', 'rcube_mime',
          'rcube_message_header', 'rcube_result_index', 'rcube_result_thread',
          'rcube_imap_generic'] as $c) {
    require_once "$lib/$c.php";
}

function say($what, $value)
{
    echo json_encode([$what, $value]), "\n";
}

$i = new rcube_imap_generic();
$options = ['port' => (int) $port, 'auth_type' => 'PLAIN', 'timeout' => 20];
say('connect', $i->connect('127.0.0.1', $user, $pass, $options));
foreach (['SORT', 'SORT=DISPLAY', 'THREAD', 'ESEARCH'] as $c) {
    say($c, $i->getCapability($c));
}
say('select', $i->select('INBOX'));
foreach (['DATE', 'SUBJECT', 'FROM', 'ARRIVAL', 'SIZE'] as $field) {
    $r = $i->sort('INBOX', $field, '', true, 'UTF-8');
    say($field, $r->is_error() ? 'error' : $r->get());
}
foreach (['REFERENCES', 'REFS', 'ORDEREDSUBJECT'] as $how) {
    $r = $i->thread('INBOX', $how, '', true, 'UTF-8');
    say($how, $r->is_error() ? 'error' : $r->get_tree());
}
$r = $i->search('INBOX', 'UNSEEN', true, ['ALL', 'COUNT', 'MIN', 'MAX']);
say('search', $r->is_error() ? 'error' : [$r->get(), $r->get_parameters()]);
$r = $i->index('INBOX', '1:*', 'SUBJECT', true, false, true);
say('index', $r->is_error() ? 'error' : $r->get());
say('headers', array_map(function ($h) { return $h->subject; },
                         array_values($i->fetchHeaders('INBOX', '1:*', true))));
$i->closeConnection();
