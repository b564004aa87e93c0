// Defines the schema of messages.db, which MessageTable writes and Archive reads.

#pragma once

#include <array>

namespace parley {

// In the file's header: "Parl".
inline constexpr int kMessagesId = 0x5061726c;

inline constexpr std::array kMessageMigrations = {
    R"(CREATE TABLE rooms (
         id INTEGER PRIMARY KEY,
         key TEXT NOT NULL UNIQUE,        -- the name as it is compared
         last INTEGER NOT NULL DEFAULT 0, -- newest sequence number
         name TEXT,                       -- as it is shown; null where nothing was ever set
         topic TEXT NOT NULL DEFAULT '',
         password TEXT NOT NULL DEFAULT '',
         locked INTEGER NOT NULL DEFAULT 0
       ) STRICT;
       CREATE TABLE room_people (
         room INTEGER NOT NULL REFERENCES rooms(id),
         kind TEXT NOT NULL,              -- ban, host, mute
         identity TEXT NOT NULL,
         name TEXT NOT NULL DEFAULT '',   -- of the banned
         name_key TEXT NOT NULL DEFAULT '',
         address TEXT NOT NULL DEFAULT ''
       ) STRICT;
       CREATE INDEX room_people_by_room ON room_people(room);
       CREATE TABLE messages (
         room INTEGER NOT NULL REFERENCES rooms(id),
         seq INTEGER NOT NULL,
         time INTEGER NOT NULL,           -- milliseconds since 1970, UTC
         author TEXT NOT NULL,            -- key of the identity
         member TEXT NOT NULL,            -- its id in the session that said it
         name TEXT NOT NULL,
         text TEXT NOT NULL,
         id TEXT,                         -- the author's own
         PRIMARY KEY (room, seq)
       ) STRICT, WITHOUT ROWID;
       CREATE UNIQUE INDEX messages_once ON messages(room, author, id) WHERE id IS NOT NULL;)",
    R"(ALTER TABLE rooms ADD COLUMN waiting_room INTEGER NOT NULL DEFAULT 0;
       CREATE TABLE visits (
         room INTEGER NOT NULL REFERENCES rooms(id),
         time INTEGER NOT NULL,           -- milliseconds since 1970, UTC
         person TEXT NOT NULL,            -- key of the identity
         name TEXT NOT NULL,
         reason TEXT                      -- why they left; null: they came
       ) STRICT;
       CREATE INDEX visits_by_room ON visits(room);)",
    // For a host: how they became it (HostBy), and whether they are awaited after a restart.
    R"(ALTER TABLE room_people ADD COLUMN made INTEGER NOT NULL DEFAULT 1;
       ALTER TABLE room_people ADD COLUMN expected INTEGER NOT NULL DEFAULT 0;)",
    // For a ban: when it was made, and the name of the person who made it. Older bans get the present time
    // and no name. They lose the address, which nobody had asked for.
    R"(ALTER TABLE room_people ADD COLUMN time INTEGER NOT NULL DEFAULT 0;
       ALTER TABLE room_people ADD COLUMN banned_by TEXT NOT NULL DEFAULT '';
       UPDATE room_people SET address = '', time = 1000 * unixepoch('now') WHERE kind = 'ban';)",
    // For --forget-rooms. It is unknown when older rooms were last used: today counts. A room that an account
    // may have hosted stays.
    R"(ALTER TABLE rooms ADD COLUMN used INTEGER NOT NULL DEFAULT 0;      -- milliseconds since 1970, UTC
       ALTER TABLE rooms ADD COLUMN hosted INTEGER NOT NULL DEFAULT 0;    -- an account was host of it
       ALTER TABLE rooms ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0; -- is being deleted
       UPDATE rooms SET used = 1000 * unixepoch('now'), hosted =
         EXISTS (SELECT 1 FROM room_people WHERE room = rooms.id AND kind = 'host'
                 AND identity NOT LIKE 'guest:%')
         OR EXISTS (SELECT 1 FROM messages WHERE room = rooms.id AND author NOT LIKE 'guest:%');)",
    // What members who are not hosts may not use: 1 microphone, 2 camera, 4 screen, 8 chat, added up.
    R"(ALTER TABLE rooms ADD COLUMN forbidden INTEGER NOT NULL DEFAULT 0;)",
    // Messages have their present state, with the revision of their latest change. A reaction is found by its
    // `place`: the order in which emoji came.
    R"(ALTER TABLE rooms ADD COLUMN rev INTEGER NOT NULL DEFAULT 0;        -- of the newest change
       ALTER TABLE messages ADD COLUMN reply_to INTEGER;                   -- a seq
       ALTER TABLE messages ADD COLUMN rev INTEGER NOT NULL DEFAULT 0;     -- of the latest change; 0: none
       ALTER TABLE messages ADD COLUMN changed INTEGER NOT NULL DEFAULT 0; -- when that was
       ALTER TABLE messages ADD COLUMN edited INTEGER NOT NULL DEFAULT 0;  -- when; 0: never
       ALTER TABLE messages ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
       ALTER TABLE messages ADD COLUMN more INTEGER NOT NULL DEFAULT 0;    -- 1: reactions, 2: a poll, 4: a file; added up
       CREATE INDEX messages_changed ON messages(room, rev) WHERE rev > 0;
       CREATE TABLE reaction_emoji (
         room INTEGER NOT NULL,
         seq INTEGER NOT NULL,
         place INTEGER NOT NULL,
         emoji TEXT NOT NULL,
         count INTEGER NOT NULL,
         PRIMARY KEY (room, seq, place)
       ) STRICT, WITHOUT ROWID;
       CREATE TABLE reactions (            -- in the order in which people reacted
         id INTEGER PRIMARY KEY,
         room INTEGER NOT NULL,
         seq INTEGER NOT NULL,
         place INTEGER NOT NULL,
         author TEXT NOT NULL              -- key of the identity
       ) STRICT;
       CREATE INDEX reactions_in_order ON reactions(room, seq, place, id);
       CREATE UNIQUE INDEX reactions_once ON reactions(room, seq, place, author);
       CREATE TABLE polls (
         room INTEGER NOT NULL,
         seq INTEGER NOT NULL,
         question TEXT NOT NULL,
         multiple INTEGER NOT NULL,
         closed INTEGER NOT NULL DEFAULT 0,
         voters INTEGER NOT NULL DEFAULT 0,
         PRIMARY KEY (room, seq)
       ) STRICT, WITHOUT ROWID;
       CREATE TABLE poll_options (
         room INTEGER NOT NULL,
         seq INTEGER NOT NULL,
         place INTEGER NOT NULL,           -- from 0
         text TEXT NOT NULL,
         count INTEGER NOT NULL DEFAULT 0,
         PRIMARY KEY (room, seq, place)
       ) STRICT, WITHOUT ROWID;
       CREATE TABLE votes (
         room INTEGER NOT NULL,
         seq INTEGER NOT NULL,
         voter TEXT NOT NULL,              -- key of the identity
         choices INTEGER NOT NULL,         -- bit n: the option at place n
         PRIMARY KEY (room, seq, voter)
       ) STRICT, WITHOUT ROWID;
       CREATE TRIGGER messages_gone AFTER DELETE ON messages WHEN old.more <> 0 BEGIN
         DELETE FROM reaction_emoji WHERE room = old.room AND seq = old.seq;
         DELETE FROM reactions WHERE room = old.room AND seq = old.seq;
         DELETE FROM polls WHERE room = old.room AND seq = old.seq;
         DELETE FROM poll_options WHERE room = old.room AND seq = old.seq;
         DELETE FROM votes WHERE room = old.room AND seq = old.seq;
       END;)",
    // Files that messages name; `more` has 4 then. Whatever removes or deletes the message removes the row,
    // and leaves the id in files_gone until the server has removed the file itself.
    R"(CREATE TABLE files (
         room INTEGER NOT NULL,
         seq INTEGER NOT NULL,            -- of the message
         id TEXT NOT NULL,                -- its name in the folder of --files
         name TEXT NOT NULL,              -- as the uploader called it
         size INTEGER NOT NULL,
         media_type TEXT NOT NULL,
         sha256 TEXT NOT NULL,
         PRIMARY KEY (room, seq)
       ) STRICT, WITHOUT ROWID;
       CREATE TABLE files_gone (id TEXT NOT NULL) STRICT;
       CREATE TRIGGER file_of_removed_message AFTER DELETE ON messages WHEN (old.more & 4) <> 0 BEGIN
         DELETE FROM files WHERE room = old.room AND seq = old.seq;
       END;
       CREATE TRIGGER file_of_deleted_message AFTER UPDATE OF more ON messages
         WHEN (old.more & 4) <> 0 AND (new.more & 4) = 0 BEGIN
         DELETE FROM files WHERE room = old.room AND seq = old.seq;
       END;
       CREATE TRIGGER file_gone AFTER DELETE ON files BEGIN
         INSERT INTO files_gone VALUES (old.id);
       END;)",
    // How far an account has read.
    R"(CREATE TABLE seen (
         room INTEGER NOT NULL REFERENCES rooms(id),
         person TEXT NOT NULL,            -- key of the identity
         seq INTEGER NOT NULL,
         PRIMARY KEY (room, person)
       ) STRICT, WITHOUT ROWID;)",
};

}  // namespace parley
