//! The SDK's own clients over a socket, with their own connections and retries, on a network that fails.
#![cfg(all(feature = "aws", feature = "server"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod over_http;

use std::net::SocketAddr;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_rds::config::retry::RetryConfig;
use aws_sdk_rds::config::{BehaviorVersion, Region};
use aws_sdk_rds::error::ProvideErrorMetadata;
use aws_types::SdkConfig;
use over_http::{ask, server};
use rds_refresh_testkit::server::Server;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

/// What becomes of a connection.
#[derive(Clone, Copy)]
enum Fate {
    /// It is closed before anything is sent.
    Closed,
    /// It is closed when the server has answered, and the answer is lost.
    AnswerLost,
    /// It is closed after the first answer, without a word that it would be.
    OneAnswer,
}

/// A way to a server on which connections have these fates, one after the other, and the later ones none.
async fn way(server: &Server, fates: &[Fate]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, server, fates) = (listener.local_addr().unwrap(), server.address(), fates.to_vec());
    tokio::spawn(async move {
        let mut fates = fates.into_iter();
        while let Ok((client, _)) = listener.accept().await {
            let fate = fates.next();
            tokio::spawn(async move { carry(client, TcpStream::connect(server).await.unwrap(), fate).await });
        }
    });
    address
}

async fn carry(mut client: TcpStream, mut server: TcpStream, fate: Option<Fate>) {
    let mut answer = vec![0; 1 << 20];
    match fate {
        Some(Fate::Closed) => {}
        Some(fate @ (Fate::AnswerLost | Fate::OneAnswer)) => {
            let (mut from_client, mut to_client) = client.split();
            let (mut from_server, mut to_server) = server.split();
            tokio::select! {
                _ = tokio::io::copy(&mut from_client, &mut to_server) => {}
                read = from_server.read(&mut answer) => if matches!(fate, Fate::OneAnswer) {
                    // Answers of the server are written at once, head and body.
                    to_client.write_all(&answer[..read.unwrap()]).await.unwrap();
                },
            }
        }
        None => drop(copy_bidirectional(&mut client, &mut server).await),
    }
}

/// A client's configuration as its user would write it, but for the time between two attempts.
fn config(server: &Server, way: SocketAddr) -> SdkConfig {
    let account = &server.ready().accounts["source"];
    let credentials = Credentials::new(&account.access_key_id, account.secret_access_key.reveal(), None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .region(Region::new(server.ready().region.to_string()))
        .endpoint_url(format!("http://{way}"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)))
        .build()
}

/// What the server was asked, and what it said.
async fn outcomes(server: &Server) -> Value {
    let journal = ask(server, "GET", "journal", "").await;
    journal["entries"].as_array().unwrap().iter().map(|entry| json!([entry["action"], entry["outcome"]])).collect()
}

#[tokio::test]
async fn every_service_answers_at_one_address() {
    let server = server().await;
    let config = config(&server, server.address());
    let clusters = aws_sdk_rds::Client::new(&config).describe_db_clusters().send().await.unwrap();
    assert_eq!(clusters.db_clusters().len(), 1);
    let keys = aws_sdk_kms::Client::new(&config).list_keys().send().await.unwrap();
    assert_eq!(keys.keys().len(), 3);
    let caller = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await.unwrap();
    assert_eq!(caller.account(), Some("111111111111"));
}

#[tokio::test]
async fn what_a_connection_never_carried_is_asked_again() {
    let server = server().await;
    let way = way(&server, &[Fate::Closed, Fate::Closed]).await;
    let rds = aws_sdk_rds::Client::new(&config(&server, way));
    assert!(rds.describe_db_clusters().send().await.is_ok());
    assert_eq!(outcomes(&server).await, json!([["DescribeDBClusters", "ok"]]));
}

#[tokio::test]
async fn who_asks_again_after_a_lost_answer_finds_that_it_is_done() {
    let server = server().await;
    let way = way(&server, &[Fate::AnswerLost]).await;
    let rds = aws_sdk_rds::Client::new(&config(&server, way));
    let create = rds.create_db_cluster_snapshot().db_cluster_identifier("orders-production");
    let error = create.db_cluster_snapshot_identifier("mine").send().await.unwrap_err();
    assert_eq!(error.code(), Some("DBClusterSnapshotAlreadyExistsFault"));
    let twice = [["CreateDBClusterSnapshot", "ok"], ["CreateDBClusterSnapshot", "DBClusterSnapshotAlreadyExistsFault"]];
    assert_eq!(outcomes(&server).await, json!(twice));
}

#[tokio::test]
async fn connections_that_end_without_a_word_do_not_show() {
    let server = server().await;
    let way = way(&server, &[Fate::OneAnswer; 8]).await;
    let rds = aws_sdk_rds::Client::new(&config(&server, way));
    for _ in 0..10 {
        assert!(rds.describe_db_clusters().send().await.is_ok());
    }
    assert_eq!(outcomes(&server).await.as_array().unwrap().len(), 10);
}
