"""Attachments and letters as bytes: received, checked, scanned, kept encrypted, shown as pages.

Nothing readable ever reaches a disk: a file is sealed while it arrives (AES-256-GCM, a random key for each file,
wrapped by a master key of FILE_KEYS), the checks read it through a decrypting reader, and parsers of other people's
files run in a process of their own that holds no key and can write no file.

    ring = KeyRing.parse(settings.file_keys)                     keys      KeyFault: malformed
    store = open_store(settings.files_url, ring, settings.instance)  store
    store.check_keys()                                           at start-up; KeyFault: a master key is lost or wrong

    coming = store.receive(stream)            sealed on the way in; FileRefused: empty, over 25 MB
    coming = store.incoming()                 the same to write into: the `stream_factory` of a form parser
    taken = take(coming, name, settings.clamd)  uploads   checks, scans, keeps -> Taken; FileRefused says why not
    kept = store.put(data)                    bytes of our own, as letters

    Kept.of(row)                              what a row remembers -> store.open(kept), a seekable reader
    store.read(kept), store.verify(kept), store.delete(stored_name), store.rewrap(kept) -> Kept
    store.stored(), store.sweep(), store.ready()

    clean_name(name), content_disposition(name)                  names
    check(reader, name) -> Checked                               checks    what `take` asks
    scan(reader, address) -> 'clean' | 'infected' | 'waiting'    scan
    page_image(…), page_text(…), search(…), cached_page(…)       pages     pictures and words for the reviewer
"""
