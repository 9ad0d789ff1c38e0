-- The tables of automx2 2026.2, which its model makes in SQLite, and rows made for this test: two domains with
-- the same servers, one of the same provider with others, one whose log-ins differ.
CREATE TABLE provider (id INTEGER PRIMARY KEY, name VARCHAR(128) NOT NULL, short_name VARCHAR(32) NOT NULL);
CREATE TABLE server (
  id INTEGER PRIMARY KEY, prio INTEGER DEFAULT '10' NOT NULL, name VARCHAR(128) NOT NULL, port INTEGER NOT NULL,
  type VARCHAR(32) NOT NULL, socket_type VARCHAR(32) NOT NULL, user_name VARCHAR(64) NOT NULL,
  authentication VARCHAR(32) NOT NULL
);
CREATE TABLE davserver (
  id INTEGER PRIMARY KEY, url VARCHAR(128) NOT NULL, port INTEGER NOT NULL, type VARCHAR(32) NOT NULL,
  use_ssl BOOLEAN NOT NULL, domain_required BOOLEAN NOT NULL, user_name VARCHAR(64)
);
CREATE TABLE ldapserver (
  id INTEGER PRIMARY KEY, name VARCHAR(128) NOT NULL, port INTEGER NOT NULL, use_ssl BOOLEAN NOT NULL,
  search_base VARCHAR(128) NOT NULL, search_filter VARCHAR(128) NOT NULL, attr_uid VARCHAR(32) NOT NULL,
  attr_cn VARCHAR(32), bind_password VARCHAR(128), bind_user VARCHAR(128)
);
CREATE TABLE domain (
  id INTEGER PRIMARY KEY, name VARCHAR(128) NOT NULL UNIQUE, provider_id INTEGER NOT NULL REFERENCES provider (id),
  ldapserver_id INTEGER REFERENCES ldapserver (id)
);
CREATE TABLE davserver_domain (davserver_id INTEGER NOT NULL, domain_id INTEGER NOT NULL, PRIMARY KEY (davserver_id, domain_id));
CREATE TABLE server_domain (server_id INTEGER NOT NULL, domain_id INTEGER NOT NULL, PRIMARY KEY (server_id, domain_id));

INSERT INTO provider VALUES (1,'Bright Post Ltd.','Bright'),(2,'Ham & "Eggs"','H+E');
INSERT INTO domain VALUES (1,'brightpost.example',1,NULL),(2,'post.example',1,NULL),(3,'old.example',1,NULL),(4,'eggs.example',2,NULL);
INSERT INTO server (id,prio,name,port,type,socket_type,user_name,authentication) VALUES
 (1,20,'imap2.brightpost.example',143,'imap','STARTTLS','%EMAILADDRESS%','plain'),
 (2,10,'imap.brightpost.example',993,'imap','SSL','%EMAILADDRESS%','plain'),
 (3,10,'pop.brightpost.example',995,'pop','SSL','%EMAILADDRESS%','plain'),
 (4,10,'smtp.brightpost.example',465,'smtp','SSL','%EMAILADDRESS%','plain'),
 (5,10,'mail.eggs.example',993,'imap','SSL','%EMAILLOCALPART%','plain'),
 (6,10,'mail.eggs.example',587,'smtp','STARTTLS','%EMAILLOCALPART%','NTLM'),
 (7,5,'mail.eggs.example',465,'smtp','SSL','%EMAILLOCALPART%@%EMAILDOMAIN%','plain');
INSERT INTO server_domain SELECT s.id,d.id FROM server s, domain d WHERE d.id IN (1,2) AND s.id IN (1,2,4);
INSERT INTO server_domain VALUES (3,3),(4,3),(5,4),(6,4),(7,4);
INSERT INTO davserver (id,url,port,type,use_ssl,domain_required,user_name) VALUES
 (1,'https://dav.brightpost.example/%EMAILADDRESS%/calendar/',443,'caldav',1,1,'%EMAILADDRESS%'),
 (2,'https://dav.eggs.example:8443/',0,'carddav',1,0,'%EMAILADDRESS%');
INSERT INTO davserver_domain VALUES (1,1),(1,2),(2,4);
INSERT INTO ldapserver VALUES (1,'ldap.brightpost.example',636,1,'ou=staff,dc=brightpost,dc=example','(mail={0})','uid','cn','bind-password-of-nobody','uid=reader,dc=brightpost,dc=example');
INSERT INTO domain VALUES (5,'staff.example',1,1);
INSERT INTO server_domain SELECT server_id, 5 FROM server_domain WHERE domain_id = 1;
INSERT INTO davserver_domain VALUES (1,5);
